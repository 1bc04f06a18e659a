/**
 * The file that a server writes its output to, and what is new in it. The server holds the file itself: it never waits
 * for this process, and goes on writing when this process dies. Knows no server.
 */
import { closeSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

const chunkBytes = 65_536
/** A line without an end is given out in pieces, so that it cannot grow for ever. */
const longestLine = 65_536

/** An open log file: `fd` is for the server, `newLines` for us. */
export class ServerLog {
  readonly path: string
  readonly fd: number
  readonly #chunk = Buffer.alloc(chunkBytes)
  readonly #decoder = new StringDecoder('utf8')
  #offset = 0
  #rest = ''

  /** Makes the file anew, whatever lay there before: nothing is written through a link. Throws what the disk says. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    this.path = path
    this.fd = openSync(path, 'ax+')
  }

  /** The complete lines that were written since the last call. */
  newLines(): readonly string[] {
    for (let bytes = this.#read(); bytes > 0; bytes = this.#read()) {
      this.#offset += bytes
      this.#rest += this.#decoder.write(this.#chunk.subarray(0, bytes))
    }
    const lines = this.#rest.split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length <= longestLine) return lines
    const piece = this.#rest
    this.#rest = ''
    return [...lines, piece]
  }

  /** What was written since the last call, with a last line that has no end yet. */
  lastLines(): readonly string[] {
    const lines = [...this.newLines(), this.#rest]
    this.#rest = ''
    return lines
  }

  close(): void {
    closeSync(this.fd)
  }

  #read(): number {
    return readSync(this.fd, this.#chunk, 0, chunkBytes, this.#offset)
  }
}
