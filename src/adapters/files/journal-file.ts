/** The journal on disk: one JSON line an event, whole and flushed before the next begins. */
import { constants, type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MachineError } from '../../errors.ts'
import type { JournalLine } from '../../model/run.ts'
import type { Journal } from '../../ports/journal.ts'
import { compactJson } from './compact-json.ts'
import { fileProblem } from './file-problem.ts'
import { makeFolder } from './make-folder.ts'

const newline = 0x0a

/** Where the last whole line ends: 0 in a file without one. */
async function endOfWholeLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  const block = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    const last = block.subarray(0, bytesRead).lastIndexOf(newline)
    if (last >= 0) return start + last + 1
    end = start
  }
  return 0
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
}

/**
 * An open journal. After a line that could not be stored the file is cut back to its whole lines, so that what was
 * measured before stays readable, and another line may be tried.
 */
export class JournalFile implements Journal {
  readonly #path: string
  readonly #file: FileHandle
  #bytes: number
  #last: Promise<void> = Promise.resolve()

  /** `bytes` is where the file ends. */
  constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path
    this.#file = file
    this.#bytes = bytes
  }

  /** Lines are stored in the order of the calls; a call that fails holds up none of the next. */
  append(line: JournalLine): Promise<void> {
    const stored = this.#last.then(() => this.#store(Buffer.from(`${compactJson(line)}\n`)))
    this.#last = stored.catch(() => undefined)
    return stored
  }

  /** Waits for lines that are on their way, then closes the file. */
  async close(): Promise<void> {
    await this.#last
    await this.#file.close()
  }

  async #store(line: Buffer): Promise<void> {
    try {
      await writeAll(this.#file, line, this.#bytes)
      await this.#file.datasync()
      this.#bytes += line.length
    } catch (error) {
      // Where even this fails, the torn line is the last one: readers leave it out, and the next one is written over it.
      await this.#file.truncate(this.#bytes).catch(() => undefined)
      throw new MachineError([fileProblem(`Cannot write to the journal ${this.#path}.`, error)], {
        cause: error,
      })
    }
  }
}

/**
 * Opens a journal for appending; makes file and folder. A line that was torn when its writer was killed is cut off
 * first, since the next line would continue it. Throws MachineError when it cannot be opened.
 */
export async function openJournal(path: string): Promise<JournalFile> {
  try {
    await makeFolder(dirname(path))
    // Not 'a': Windows cannot cut a file that is open for appending only.
    const file = await open(path, constants.O_RDWR | constants.O_CREAT)
    const bytes = await endOfWholeLines(file)
    await file.truncate(bytes)
    return new JournalFile(path, file, bytes)
  } catch (error) {
    throw new MachineError([fileProblem(`Cannot open the journal ${path}.`, error)], { cause: error })
  }
}
