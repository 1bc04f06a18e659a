/** Cuts a stream of bytes into lines. Knows nothing of what is in them. */

/** Takes the bytes of one stream as they come. */
export interface LineSplitter {
  /**
   * Calls `onLine` for every line that `bytes` completes, without its newline; blank lines too. Stops early and answers
   * false when `onLine` does, or when a line is longer than the limit (see `tooLong`).
   */
  push(bytes: Buffer, onLine: (line: Buffer) => boolean): boolean
  /** The bytes after the last newline; empty when there are none. */
  rest(): Buffer
  readonly maxLineBytes: number
  readonly tooLong: boolean
}

const newline = 10

/**
 * A splitter for lines of at most `maxLineBytes`. A line within one piece is not copied; one in several pieces is
 * joined once, when its end comes: a character cut in two is never decoded in halves.
 */
export const createLineSplitter = (maxLineBytes: number): LineSplitter => {
  let pieces: Buffer[] = []
  let pendingBytes = 0
  let tooLong = false

  const keep = (piece: Buffer) => {
    if (piece.length === 0) return
    // Copied, because the reader may use its buffer again.
    pieces.push(Buffer.from(piece))
    pendingBytes += piece.length
  }
  const complete = (end: Buffer): Buffer => {
    if (pieces.length === 0) return end
    const line = Buffer.concat([...pieces, end], pendingBytes + end.length)
    pieces = []
    pendingBytes = 0
    return line
  }

  return {
    push: (bytes, onLine) => {
      let start = 0
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        tooLong ||= pendingBytes + end - start > maxLineBytes
        if (tooLong || !onLine(complete(bytes.subarray(start, end)))) return false
        start = end + 1
      }
      if (start < bytes.length) keep(start === 0 ? bytes : bytes.subarray(start))
      tooLong ||= pendingBytes > maxLineBytes
      return !tooLong
    },
    rest: () => complete(Buffer.alloc(0)),
    maxLineBytes,
    get tooLong() {
      return tooLong
    },
  }
}

/** Takes a whole body of at most `maxLineBytes` for one line, which is its rest. */
export const createWholeBody = (maxLineBytes: number): LineSplitter => {
  const pieces: Buffer[] = []
  let bytesSoFar = 0
  return {
    push: (bytes) => {
      bytesSoFar += bytes.length
      if (bytesSoFar > maxLineBytes) return false
      pieces.push(Buffer.from(bytes))
      return true
    },
    rest: () => Buffer.concat(pieces.splice(0)),
    maxLineBytes,
    get tooLong() {
      return bytesSoFar > maxLineBytes
    },
  }
}
