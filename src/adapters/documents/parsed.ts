/** What comes of a document: its kind, what it holds, or why it is not used. */
import type { Document } from '../../model/documents.ts'

/** What a file is by its extension. */
export type DocumentKind = Document['content']['kind']

/** What a document holds, or in plain words why it cannot be used. */
export type Parsed = Document['content'] | { readonly why: string }
