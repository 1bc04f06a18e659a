export const id = 225;
export const ids = [225];
export const modules = {

/***/ 9225:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startRecordingProxy: () => (/* binding */ startRecordingProxy)
});

// EXTERNAL MODULE: ./build/src/proxy/forward.js + 1 modules
var forward = __webpack_require__(1051);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
;// CONCATENATED MODULE: ./build/src/proxy/recording-exchange.js

const left = {
    kind: 'aborted',
    message: 'The client left, or was cut off, before its answer was complete.',
};
const codeOf = (error) => ('code' in error ? String(error.code) : '');
function troubleOf(error, { written, target }) {
    const reason = (0,errors/* messageOf */.bD)(error) || codeOf(error);
    if (!written)
        return { kind: 'connect', message: `No connection to ${target}: ${reason}.` };
    if (codeOf(error).startsWith('HPE_'))
        return { kind: 'malformed-stream', message: `What ${target} answered is not HTTP: ${reason}.` };
    return { kind: 'connection-lost', message: `The connection to ${target} broke: ${reason}.` };
}
/** Calls back when the socket takes what is written: at once, or when it is connected, TLS included. */
function whenConnected(socket, ready) {
    const secures = 'secureConnecting' in socket && socket.secureConnecting === true;
    if (secures)
        socket.once('secureConnect', ready);
    else if (socket.connecting)
        socket.once('connect', ready);
    else
        ready();
}
/** Watches the exchange whose answer goes to `response`; the result is for each request that is sent for it. */
function watchExchange(watching) {
    const { response, observer, nowMs, target } = watching;
    let written = false;
    let arrivedMs = 0;
    let trouble = null;
    let ended = false;
    const stamp = () => {
        arrivedMs = nowMs();
    };
    const end = (failure) => {
        if (!ended)
            observer.end(nowMs(), failure);
        ended = true;
    };
    const fail = (error) => {
        trouble ??= troubleOf(error, { written, target });
    };
    const answered = (answer) => {
        observer.firstByte(arrivedMs);
        observer.head(answer.statusCode ?? 0, answer.headers);
        answer.on('data', (bytes) => observer.data(bytes, arrivedMs));
        answer.once('end', () => end(null));
        answer.once('error', (error) => {
            fail(error);
            end(trouble);
        });
    };
    // A request that found no server is tried once more, or answered with a 502: only then it is over.
    response.once('close', () => end(trouble ?? left));
    return (sent) => {
        written = false;
        trouble = null;
        sent.once('socket', (socket) => {
            whenConnected(socket, () => {
                written = true;
                observer.wrote(nowMs());
            });
            // Before Node's own listener, which parses at once and passes the head on before it tells of the body.
            socket.prependListener('data', stamp);
            sent.once('close', () => socket.off('data', stamp));
        });
        sent.once('response', answered);
        sent.once('error', fail);
    };
}

// EXTERNAL MODULE: ./build/src/proxy/start-proxy.js + 3 modules
var start_proxy = __webpack_require__(9127);
;// CONCATENATED MODULE: ./build/src/proxy/recording-proxy.js



/** Only their bodies are read before they go on; an upload of a model is not. */
const llmPaths = ['/api/chat', '/api/generate', '/v1/chat/completions', '/v1/completions', '/v1/responses'];
/** Far above any prompt with its images; a client that sends on and on must not fill the gate's memory. */
const mostBodyMebibytes = 64;
/** Null where there is more than that. */
async function bodyOf(request) {
    const pieces = [];
    let left = mostBodyMebibytes * 2 ** 20;
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
        left -= piece.length;
        if (left < 0)
            return null;
        pieces.push(piece);
    }
    return Buffer.concat(pieces);
}
/** In Ollama's form of an error. What else the client sends is thrown away, so that it comes to read its answer. */
function refuseBody({ request, response }) {
    request.resume();
    const error = `a request of more than ${mostBodyMebibytes} MiB is not passed on while programs are measured`;
    response
        .writeHead(413, { 'Content-Type': 'application/json; charset=utf-8' })
        .end(JSON.stringify({ error }));
}
async function serve(exchange, upstream, options) {
    const { request, response } = exchange;
    const { method = '', url: path = '' } = request;
    if (method !== 'POST' || !llmPaths.includes(path.split('?')[0] ?? ''))
        return (0,forward/* forward */.s)(exchange, { upstream, body: null, through: null, watch: null });
    const body = await bodyOf(request);
    if (response.destroyed)
        return;
    if (body === null)
        return refuseBody(exchange);
    const observer = options.observe({ method, path, body });
    const watch = observer && watchExchange({ response, observer, nowMs: options.nowMs, target: upstream.url });
    (0,forward/* forward */.s)(exchange, { upstream, body, through: null, watch });
}
/**
 * Starts the proxy. Throws InputError for a target that is no URL of a server, MachineError when it cannot listen.
 * Closing it ends every exchange that still runs, and tells its observer so.
 */
const startRecordingProxy = (options) => (0,start_proxy/* startProxy */.n)(options, (exchange, upstream) => {
    options.onRequest(options.nowMs());
    return serve(exchange, upstream, options);
});


/***/ })

};
