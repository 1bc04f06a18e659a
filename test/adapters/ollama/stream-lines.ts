/** Lines of Ollama's streams, as v0.33 writes them: a zero-valued field is absent. */

const createdAt = '2026-11-21T05:43:00.123456789Z'

const line = (value: object): string => `${JSON.stringify(value)}\n`

export const chatLine = (message: object, rest: object = {}): string =>
  line({
    model: 'tiny',
    created_at: createdAt,
    message: { role: 'assistant', content: '', ...message },
    done: false,
    ...rest,
  })

export const answerLine = (content: string): string => chatLine({ content })

export const generateLine = (fields: object): string =>
  line({ model: 'tiny', created_at: createdAt, response: '', done: false, ...fields })

/** The last line of a chat; `fields` override, and undefined removes a field. */
export const lastLine = (fields: object = {}): string =>
  chatLine(
    {},
    {
      done: true,
      done_reason: 'stop',
      total_duration: 500_000_000,
      load_duration: 20_000_000,
      prompt_eval_count: 13,
      prompt_eval_duration: 80_000_000,
      eval_count: 3,
      eval_duration: 400_000_000,
      ...fields,
    },
  )
