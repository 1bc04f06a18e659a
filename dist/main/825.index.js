export const id = 825;
export const ids = [825];
export const modules = {

/***/ 61825:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startRecordingProxy: () => (/* binding */ startRecordingProxy)
});

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(27406);
;// CONCATENATED MODULE: ./build/src/proxy/end-to-end-headers.js
/** Which headers a proxy passes on. Knows no connection. */
/** Of one connection only (RFC 9110, 7.6.1), and what a proxy answers itself. */
const hopByHop = [
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
];
const pairsOf = (raw) => raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []));
/**
 * The headers of a message that go on to the other side, names, order and repetitions as they came, without those of
 * `besides` (in lower case). `raw` and the result are names and values in one flat list, as Node gives and takes them.
 */
function endToEndHeaders(raw, besides = []) {
    const pairs = pairsOf(raw);
    const listed = pairs
        .filter(([name]) => name.toLowerCase() === 'connection')
        .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()));
    const stopped = new Set([...hopByHop, ...listed, ...besides]);
    return pairs.filter(([name]) => !stopped.has(name.toLowerCase())).flat();
}

;// CONCATENATED MODULE: ./build/src/proxy/forward.js



function requestHeaders({ headers, rawHeaders }, { upstream, body }) {
    const passed = endToEndHeaders(rawHeaders, ['host', ...(body ? ['content-length'] : [])]);
    const framing = body
        ? ['Content-Length', String(body.length)]
        : headers['transfer-encoding'] === undefined
            ? []
            : ['Transfer-Encoding', 'chunked'];
    return ['Host', upstream.host, ...passed, ...framing];
}
function refuse({ response }, { upstream }, error) {
    if (response.headersSent) {
        response.destroy();
        return;
    }
    const text = JSON.stringify({ error: `no answer from ${upstream.url}: ${reasonOf(error)}` });
    response.writeHead(502, { 'Content-Type': 'application/json; charset=utf-8' }).end(text);
}
const codeOf = (error) => error instanceof Error && 'code' in error ? String(error.code) : '';
/** An AggregateError of several addresses has no message. */
const reasonOf = (error) => (0,errors/* messageOf */.bD)(error) || codeOf(error);
function passBack({ response }, answer, through) {
    response.sendDate = false;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer.rawHeaders));
    // A reshaped answer shows itself with its first byte, as Ollama's own streams do; others at once.
    if (!through)
        response.flushHeaders();
    (0,external_node_stream_.pipeline)([answer, ...(through ? [through] : []), response], () => {
        // A side that left or broke has ended the other one, which is all that there is to do.
    });
}
/** Whether a failure only says that a kept connection had been closed on the other side: then nothing was asked yet. */
const wasStale = (sent, error) => sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
/**
 * Forwards an exchange. A side that leaves ends the other; an upstream that gives no answer is a 502 with Ollama's form
 * of an error. A body that streams in goes out on a connection of its own, since it could not be sent twice.
 */
function forward(exchange, forwarding, reuse = true) {
    const { request, response } = exchange;
    const { upstream, body, through, watch } = forwarding;
    const isWhole = body !== null || !hasBody(request);
    const sent = upstream.request({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: requestHeaders(request, forwarding),
        reuse: reuse && isWhole,
    });
    const leave = () => sent.destroy();
    response.once('close', leave);
    sent.once('response', (answer) => passBack(exchange, answer, through));
    // After passBack's: what is watched is passed on first.
    watch?.(sent);
    sent.on('error', (error) => {
        response.off('close', leave);
        if (response.destroyed)
            return;
        if (isWhole && wasStale(sent, error) && !response.headersSent)
            forward(exchange, forwarding, false);
        else
            refuse(exchange, forwarding, error);
    });
    if (isWhole)
        sent.end(body ?? undefined);
    else
        (0,external_node_stream_.pipeline)(request, sent, () => { });
}
const hasBody = ({ headers }) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

;// CONCATENATED MODULE: ./build/src/proxy/recording-exchange.js

const left = {
    kind: 'aborted',
    message: 'The client left, or was cut off, before its answer was complete.',
};
const recording_exchange_codeOf = (error) => ('code' in error ? String(error.code) : '');
function troubleOf(error, { written, target }) {
    const reason = (0,errors/* messageOf */.bD)(error) || recording_exchange_codeOf(error);
    if (!written)
        return { kind: 'connect', message: `No connection to ${target}: ${reason}.` };
    if (recording_exchange_codeOf(error).startsWith('HPE_'))
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

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
;// CONCATENATED MODULE: ./build/src/proxy/listen.js
/** An HTTP server that hands on what it is asked, until it is closed. Knows no upstream. */



async function bind(server, { host, port }) {
    try {
        server.listen(port, host);
        await (0,external_node_events_.once)(server, 'listening');
    }
    catch (cause) {
        const what = `Cannot listen on ${host}:${port}: ${(0,errors/* messageOf */.bD)(cause)}.`;
        throw new errors/* MachineError */.Ml([{ what, fix: 'Name a port that is free, or 0 for any.' }], { cause });
    }
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new TypeError('a TCP server has a port');
    return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
/** Starts the server. Throws MachineError when the address cannot be taken. */
async function startListening(address, handle) {
    // No limit of time: Ollama has none for a large upload, and closes no idle connection under its client's hands.
    const server = (0,external_node_http_.createServer)({ noDelay: true, keepAliveTimeout: 0, requestTimeout: 0 });
    server.on('request', (request, response) => handle({ request, response }));
    const sockets = new Set();
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });
    const url = await bind(server, address);
    return {
        url,
        close: async () => {
            if (!server.listening)
                return;
            const closed = (0,external_node_events_.once)(server, 'close');
            const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
            server.close();
            server.closeAllConnections();
            // A server is closed a little before its connections are: whoever watches those shall have heard of it.
            await Promise.all([closed, ...gone]);
        },
    };
}

// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(44708);
;// CONCATENATED MODULE: ./build/src/proxy/upstream.js
/** The server behind a proxy, and connections to it. Knows nothing of what is asked. */



/** As everywhere, an address may come without its scheme: 127.0.0.1:11434. */
const withScheme = (target) => /^[a-z][a-z\d+.-]*:\/\//i.test(target) ? target : `http://${target}`;
function parseTarget(target) {
    const address = withScheme(target);
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
        throw new errors/* InputError */.dz([
            { what: `"${target}" is not the URL of a server.`, fix: 'Write it like http://127.0.0.1:11434.' },
        ]);
    if (url.username !== '' || url.password !== '')
        throw new errors/* InputError */.dz([
            {
                what: "The target's URL holds credentials.",
                why: 'The proxy passes on what its clients send, and adds none.',
                fix: 'Leave them out of the URL and let the client send them.',
            },
        ]);
    return url;
}
/** Opens nothing yet: connections are made when they are needed. Throws InputError for what is no URL of a server. */
function connectUpstream(target) {
    const url = parseTarget(target);
    const wire = url.protocol === 'https:' ? external_node_https_ : external_node_http_;
    // Node's agents set TCP_NODELAY of themselves.
    const kept = new wire.Agent({ keepAlive: true });
    const prefix = url.pathname.replace(/\/$/, '');
    return {
        host: url.host,
        url: `${url.origin}${prefix}`,
        request: ({ method, path, headers, reuse }) => wire.request({
            method,
            protocol: url.protocol,
            hostname: url.hostname.replace(/^\[|\]$/g, ''),
            port: url.port,
            path: `${prefix}${path}`,
            headers: [...headers],
            agent: reuse ? kept : new wire.Agent(),
        }),
        close: () => kept.destroy(),
    };
}

;// CONCATENATED MODULE: ./build/src/proxy/start-proxy.js


/**
 * Starts a proxy that serves each exchange by `serve`. Throws InputError for a target that is no URL of a server,
 * MachineError when it cannot listen. Closing it ends every exchange that still runs.
 */
async function startProxy({ target, listen }, serve) {
    const upstream = connectUpstream(target);
    const proxy = await startListening(listen, (exchange) => {
        // A client that left while it was still asking wants no answer.
        serve(exchange, upstream).catch(() => exchange.response.destroy());
    });
    return {
        url: proxy.url,
        close: async () => {
            await proxy.close();
            upstream.close();
        },
    };
}

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
        return forward(exchange, { upstream, body: null, through: null, watch: null });
    const body = await bodyOf(request);
    if (response.destroyed)
        return;
    if (body === null)
        return refuseBody(exchange);
    const observer = options.observe({ method, path, body });
    const watch = observer && watchExchange({ response, observer, nowMs: options.nowMs, target: upstream.url });
    forward(exchange, { upstream, body, through: null, watch });
}
/**
 * Starts the proxy. Throws InputError for a target that is no URL of a server, MachineError when it cannot listen.
 * Closing it ends every exchange that still runs, and tells its observer so.
 */
const startRecordingProxy = (options) => startProxy(options, (exchange, upstream) => {
    options.onRequest(options.nowMs());
    return serve(exchange, upstream, options);
});


/***/ })

};
