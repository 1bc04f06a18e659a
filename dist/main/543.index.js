export const id = 543;
export const ids = [543];
export const modules = {

/***/ 63543:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  observeExchanges: () => (/* binding */ observeExchanges)
});

// EXTERNAL MODULE: ./build/src/adapters/ollama/call-recorder.js + 1 modules
var call_recorder = __webpack_require__(57038);
// EXTERNAL MODULE: ./build/src/adapters/ollama/answer-format.js
var answer_format = __webpack_require__(73919);
// EXTERNAL MODULE: ./build/src/adapters/ollama/json-fields.js
var json_fields = __webpack_require__(17761);
// EXTERNAL MODULE: ./build/src/adapters/ollama/line-splitter.js
var line_splitter = __webpack_require__(91635);
;// CONCATENATED MODULE: ./build/src/adapters/ollama/openai-answer.js

/** `usage` under both names of its counts. These endpoints tell no durations: those are 0, as absent ones are. */
function figuresOf(usage) {
    const promptTokens = usage.prompt_tokens ?? usage.input_tokens;
    const outputTokens = usage.completion_tokens ?? usage.output_tokens;
    if (promptTokens === undefined && outputTokens === undefined)
        return null;
    return {
        totalMs: 0,
        loadMs: 0,
        promptEvalMs: 0,
        evalMs: 0,
        promptTokens: Math.trunc((0,json_fields/* numberOf */.rl)(promptTokens)),
        outputTokens: Math.trunc((0,json_fields/* numberOf */.rl)(outputTokens)),
    };
}
/** Some servers call the thinking `reasoning`, others `reasoning_content`. */
const hasSilentOutput = (message) => (0,json_fields/* textOf */.b6)(message.reasoning) !== '' ||
    (0,json_fields/* textOf */.b6)(message.reasoning_content) !== '' ||
    (0,json_fields/* isFilledList */.dY)(message.tool_calls);
/** Of /v1/chat/completions (`delta` in a stream, `message` in a whole answer) and /v1/completions (`text`). */
function readCompletion(fields) {
    const choices = (0,json_fields/* objectsIn */.Qv)(fields.choices);
    const messages = choices.map(({ delta, message }) => (0,json_fields/* fieldsOf */.Pf)(delta ?? message));
    const text = [...choices.map((choice) => choice.text), ...messages.map(({ content }) => content)]
        .map(json_fields/* textOf */.b6)
        .join('');
    return {
        text,
        counts: text !== '' || messages.some(hasSilentOutput),
        doneReason: choices.map((choice) => (0,json_fields/* textOf */.b6)(choice.finish_reason)).find((reason) => reason !== '') ?? null,
        figures: figuresOf((0,json_fields/* fieldsOf */.Pf)(fields.usage)),
        error: (0,json_fields/* errorTextOf */.Jj)(fields.error),
    };
}
/** A `response` object of /v1/responses: the whole answer, or what the last event of a stream carries. */
function readResponse(response) {
    const output = (0,json_fields/* objectsIn */.Qv)(response.output);
    const status = (0,json_fields/* textOf */.b6)(response.status);
    return {
        text: output
            .flatMap(({ content }) => (0,json_fields/* objectsIn */.Qv)(content))
            .map((part) => (0,json_fields/* textOf */.b6)(part.text))
            .join(''),
        counts: output.length > 0,
        doneReason: (0,json_fields/* textOf */.b6)((0,json_fields/* fieldsOf */.Pf)(response.incomplete_details).reason) || status || null,
        figures: figuresOf((0,json_fields/* fieldsOf */.Pf)(response.usage)),
        error: (0,json_fields/* errorTextOf */.Jj)(response.error) ?? (status === 'failed' ? 'the response failed' : null),
    };
}
const lastEvents = ['response.completed', 'response.incomplete', 'response.failed'];
/** An event of a /v1/responses stream; its output counts as it comes, not again where the last event repeats it. */
function readResponseEvent(type, event) {
    if (lastEvents.includes(type))
        return { ...readResponse((0,json_fields/* fieldsOf */.Pf)(event.response)), text: '', counts: false };
    const delta = type.endsWith('.delta') ? (0,json_fields/* textOf */.b6)(event.delta) : '';
    return {
        text: type === 'response.output_text.delta' ? delta : '',
        counts: delta !== '',
        doneReason: null,
        figures: null,
        error: type === 'error' ? (0,json_fields/* textOf */.b6)(event.message) || 'no reason given' : null,
    };
}
/** Reads an event. */
function readOpenaiEvent(fields) {
    const type = (0,json_fields/* textOf */.b6)(fields.type);
    return type === 'error' || type.startsWith('response.')
        ? readResponseEvent(type, fields)
        : readCompletion(fields);
}
/** Reads an answer that came in one piece. */
const readOpenaiBody = (fields) => fields.object === 'response' ? readResponse(fields) : readCompletion(fields);

;// CONCATENATED MODULE: ./build/src/adapters/ollama/openai-format.js




/** `created` is in whole seconds: no lag can be told from it. */
const chunkOf = ({ text, counts, error }, end) => ({
    text,
    counts,
    createdAt: null,
    error,
    end,
});
const silent = { text: '', counts: false, doneReason: null, figures: null, error: null };
/** What a line of server-sent events may begin with; a colon alone is a comment. */
const fieldNames = ['data:', 'event:', 'id:', 'retry:', ':'];
/**
 * Server-sent events, of which every known server of this API writes one JSON object a `data:` line. A stream is over
 * with `[DONE]`, in /v1/responses with its last event. The reason to stop comes before, and the usage between the two
 * and only if it was asked for: who stops reading at the reason has had the whole answer.
 */
function eventFormat(maxLineBytes) {
    let doneReason = null;
    let figures = null;
    const end = () => ({ doneReason, figures });
    const readData = (data) => {
        if (data === '[DONE]')
            return chunkOf(silent, end());
        const fields = (0,json_fields/* parseJson */.qF)(data);
        if (!(0,json_fields/* isObject */.Gv)(fields))
            return null;
        const piece = readOpenaiEvent(fields);
        doneReason = piece.doneReason ?? doneReason;
        // Ollama's /v1/completions fills every chunk but the last with a usage of zeros.
        if (piece.figures?.outputTokens)
            figures = piece.figures;
        if ((0,json_fields/* isObject */.Gv)(fields.response) && piece.doneReason !== null)
            return chunkOf(piece, end());
        // The frame of a response and the usage are no chunks of an answer, not even empty ones.
        const isChunk = piece.counts || piece.error !== null || (0,json_fields/* isFilledList */.dY)(fields.choices);
        return isChunk ? chunkOf(piece, null) : 'nothing';
    };
    return {
        splitter: (0,line_splitter/* createLineSplitter */.A)(maxLineBytes),
        parse: (line) => {
            const text = line.toString();
            if (text.startsWith('data:'))
                return readData(text.slice('data:'.length).trim());
            return fieldNames.some((name) => text.startsWith(name)) ? 'nothing' : null;
        },
        begins: (bytes) => {
            const text = bytes.toString();
            return fieldNames.some((name) => text.startsWith(name) || name.startsWith(text));
        },
        toldEnd: () => (doneReason === null ? null : end()),
    };
}
const parseBody = (body) => {
    const fields = (0,json_fields/* parseJson */.qF)(body);
    if (!(0,json_fields/* isObject */.Gv)(fields))
        return null;
    const piece = readOpenaiBody(fields);
    const { doneReason, figures } = piece;
    const isAnswer = (0,json_fields/* isFilledList */.dY)(fields.choices) || Array.isArray(fields.output);
    return chunkOf(piece, isAnswer ? { doneReason, figures } : null);
};
/** One JSON object, of at most `maxBytes`. */
const openaiBodyFormat = (maxBytes) => (0,answer_format/* bodyFormat */.M)(parseBody, maxBytes);

// EXTERNAL MODULE: ./build/src/adapters/ollama/stream-chunk.js
var stream_chunk = __webpack_require__(11529);
;// CONCATENATED MODULE: ./build/src/adapters/ollama/observed-call.js
/** Which requests to a server are LLM calls, and in which form each is answered. Knows no moments and no connection. */




const endpoints = {
    '/api/chat': { api: 'ollama', asks: 'messages' },
    '/api/generate': { api: 'ollama', asks: 'prompt' },
    '/v1/chat/completions': { api: 'openai', asks: null },
    '/v1/completions': { api: 'openai', asks: 'prompt' },
    '/v1/responses': { api: 'openai', asks: null },
};
/** Far above any line or answer of an LLM call. */
const maxBytes = 64 * 1024 * 1024;
const isNothing = (asked) => asked === undefined || asked === null || asked === '' || (Array.isArray(asked) && asked.length === 0);
function formatOf({ api }, streams) {
    if (api === 'openai')
        return streams ? eventFormat(maxBytes) : openaiBodyFormat(maxBytes);
    return streams ? (0,answer_format/* lineFormat */._)(maxBytes) : (0,answer_format/* bodyFormat */.M)(stream_chunk/* parseStreamChunk */.R, maxBytes);
}
/**
 * The LLM call that a POST with this path (a query is ignored) and body makes; null for any other request. Asking
 * Ollama nothing only loads or unloads (OLLAMA section 1). A body that cannot be read is a call all the same: what the
 * server says to it is the caller's failure.
 */
function observedCall(path, body) {
    const endpoint = endpoints[path.split('?')[0] ?? ''];
    if (endpoint === undefined)
        return null;
    const value = (0,json_fields/* parseJson */.qF)(body);
    const fields = (0,json_fields/* fieldsOf */.Pf)(value);
    if (endpoint.asks !== null && (0,json_fields/* isObject */.Gv)(value) && isNothing(fields[endpoint.asks]))
        return null;
    // Ollama streams unless it is told not to, the others' API only when it is asked to.
    const streams = endpoint.api === 'ollama' ? fields.stream !== false : fields.stream === true;
    return { streams, format: formatOf(endpoint, streams) };
}

;// CONCATENATED MODULE: ./build/src/adapters/ollama/observed-exchanges.js


/** When the tokens of an answer in one piece came is unknown, but for the last: it was there with the body's end. */
const withoutTokenMoments = (record) => ({
    ...record,
    firstTokenMs: null,
    firstAnswerTokenMs: null,
    firstTokenLagMs: null,
});
const stillOpen = {
    kind: 'aborted',
    message: 'The call was still running when its caller had ended.',
};
function observeCall({ format, streams }) {
    const recorder = new call_recorder/* CallRecorder */.R({ format, bounds: null, answer: null });
    let record = null;
    const end = (atMs, trouble) => {
        const ended = recorder.finish(trouble, atMs);
        return streams ? ended : withoutTokenMoments(ended);
    };
    const whileOpen = (hear) => (...heard) => {
        if (record === null)
            hear(...heard);
    };
    return {
        observer: {
            wrote: whileOpen((atMs) => recorder.wrote(atMs)),
            firstByte: whileOpen((atMs) => recorder.firstByte(atMs)),
            head: whileOpen((status, headers) => recorder.head(status, headers)),
            data: whileOpen((bytes, atMs) => recorder.data(bytes, atMs)),
            end: whileOpen((atMs, trouble) => {
                record = end(atMs, trouble);
            }),
        },
        record: (nowMs) => {
            record ??= end(nowMs, stillOpen);
            return record;
        },
    };
}
/** Begins to observe. `nowMs` is the clock of the moments that the observers are told. */
function observeExchanges({ nowMs }) {
    const all = [];
    return {
        observe: ({ path, body }) => {
            const call = observedCall(path, body);
            if (call === null)
                return null;
            const observed = observeCall(call);
            all.push(observed);
            return observed.observer;
        },
        records: () => {
            const atMs = nowMs();
            const writtenMs = ({ writeMs, endMs }) => writeMs ?? endMs;
            return all.map(({ record }) => record(atMs)).toSorted((one, other) => writtenMs(one) - writtenMs(other));
        },
    };
}


/***/ })

};
