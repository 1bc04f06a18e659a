export const id = 724;
export const ids = [724];
export const modules = {

/***/ 1724:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  checkProgram: () => (/* binding */ checkProgram),
  runProgram: () => (/* binding */ runProgram),
  runSetup: () => (/* binding */ runSetup)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./build/src/adapters/process/program-file.js
var program_file = __webpack_require__(2595);
;// CONCATENATED MODULE: ./build/src/adapters/process/agent-command.js
/** The program that a command of an agent names: where it is, and whether this machine can run it. Starts nothing. */



/** For messages. */
const commandText = (argv) => JSON.stringify(argv.join(' '));
function isFolder(path) {
    try {
        return (0,external_node_fs_.statSync)(path).isDirectory();
    }
    catch {
        return false;
    }
}
function isFile(path) {
    try {
        return (0,external_node_fs_.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}
function mayExecute(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}
/** A file that cannot be read gives no bytes: it may be run all the same. */
function headOf(path) {
    const head = Buffer.alloc(program_file/* headBytes */.c4);
    let fd = null;
    try {
        fd = (0,external_node_fs_.openSync)(path, 'r');
        return head.subarray(0, (0,external_node_fs_.readSync)(fd, head, 0, program_file/* headBytes */.c4, 0));
    }
    catch {
        return null;
    }
    finally {
        if (fd !== null)
            (0,external_node_fs_.closeSync)(fd);
    }
}
/** The files that the name may mean, as the system looks for them: below the checkout, or a bare name on the PATH. */
const candidates = (name, { checkout }, path) => name.includes('/')
    ? [(0,external_node_path_.resolve)(checkout, name)]
    : path.split(external_node_path_.delimiter).map((folder) => (0,external_node_path_.resolve)(checkout, folder || '.', name));
function whyNotThis(file) {
    if (!mayExecute(file))
        return `this user may not execute ${file} (chmod a+x)`;
    const head = headOf(file);
    const { platform, arch: processor } = process;
    const why = head && (0,program_file/* whyNotRunnable */.Hw)((0,program_file/* programKind */.nX)(head), { platform, processor });
    return why && `${file} cannot run here: ${why}`;
}
/**
 * Why the command cannot be started, as the end of a sentence; null when nothing speaks against it. `path` is the PATH
 * that it will have.
 */
function whyNotStartable(command, path) {
    const { argv, checkout } = command;
    const [name = ''] = argv;
    if (!isFolder(checkout))
        return `there is no folder ${checkout}`;
    // Windows has its own rules of what a name means: the start itself will tell.
    if (process.platform === 'win32')
        return null;
    const files = candidates(name, command, path).filter(isFile);
    const file = files.find(mayExecute) ?? files[0];
    if (file !== undefined)
        return whyNotThis(file);
    return name.includes('/')
        ? `there is no file ${(0,external_node_path_.join)(checkout, name)}`
        : `${JSON.stringify(name)} is not on the PATH of this runner`;
}

// EXTERNAL MODULE: ./build/src/adapters/process/agent-environment.js
var agent_environment = __webpack_require__(3321);
// EXTERNAL MODULE: ./build/src/adapters/process/agent-orphans.js
var agent_orphans = __webpack_require__(6115);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/src/model/number-format.js
var number_format = __webpack_require__(1164);
;// CONCATENATED MODULE: ./build/src/adapters/process/agent-memory.js
/** How much memory a running program and its children have at most. Knows not what they are. */

const intervalMs = 100;
const kibibytes = (status, field) => Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
/** Null for a process that is gone, or a zombie. */
function residentOf(pid) {
    try {
        const status = (0,external_node_fs_.readFileSync)(`/proc/${pid}/status`, 'utf8');
        return status.includes('VmRSS:')
            ? { nowBytes: kibibytes(status, 'VmRSS'), peakBytes: kibibytes(status, 'VmHWM') }
            : null;
    }
    catch {
        return null;
    }
}
/** The children of one process, by the threads that started them: far less to read than all processes of the machine. */
const childrenOf = (pid) => (0,external_node_fs_.readdirSync)(`/proc/${pid}/task`).flatMap((thread) => ((0,external_node_fs_.readFileSync)(`/proc/${pid}/task/${thread}/children`, 'latin1').match(/\d+/g) ?? []).map(Number));
function treeOf(pid) {
    try {
        return [pid, ...childrenOf(pid).flatMap(treeOf)];
    }
    catch {
        // It ended meanwhile.
        return [pid];
    }
}
/** The most that was seen in one look: all together, or one of them by the system's own account of it. */
function mostNow(pid) {
    const all = treeOf(pid).flatMap((one) => residentOf(one) ?? []);
    return Math.max(0, all.reduce((sum, { nowBytes }) => sum + nowBytes, 0), ...all.map(({ peakBytes }) => peakBytes));
}
/** Whether the system tells of a process's children in a file: Linux with CONFIG_PROC_CHILDREN. */
function tellsChildren() {
    try {
        (0,external_node_fs_.readFileSync)(`/proc/self/task/${process.pid}/children`);
        return true;
    }
    catch {
        return false;
    }
}
/**
 * Looks at a process and its children from now on, ten times a second. The function ends that and gives the greatest
 * resident memory in bytes, pages that they share counted for each; null where the system does not tell.
 */
function watchMemory(pid) {
    if (!tellsChildren())
        return () => null;
    let most = mostNow(pid);
    const timer = setInterval(() => {
        most = Math.max(most, mostNow(pid));
    }, intervalMs);
    return () => {
        clearInterval(timer);
        return most > 0 ? most : null;
    };
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./build/src/adapters/process/agent-output.js

const mostBytes = 64 * 1024;
const mostLines = 20;
const longestLine = 500;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;
/** Text that was written by others, without what would steer a terminal. */
const harmless = (text) => (0,external_node_util_.stripVTControlCharacters)(text).replace(control, ' ');
/**
 * Reads the streams to their end, so that nobody waits for a full pipe, and keeps the last 64 KiB of them together. The
 * function gives the last lines that are not blank, at most 20 of at most 500 characters; empty for silence.
 */
function lastWords(streams) {
    const chunks = [];
    let bytes = 0;
    const keep = (chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
        for (let first = chunks[0]; first && bytes - first.length >= mostBytes; first = chunks[0]) {
            bytes -= first.length;
            chunks.shift();
        }
    };
    for (const stream of streams) {
        stream.on('data', keep);
        // A pipe that breaks ends what is said, which is all that there is to know.
        stream.on('error', () => undefined);
    }
    return () => harmless(Buffer.concat(chunks).subarray(-mostBytes).toString('utf8').replaceAll('\r', '\n'))
        .split('\n')
        .map((line) => line.trim().slice(0, longestLine))
        .filter((line) => line !== '')
        .slice(-mostLines);
}

// EXTERNAL MODULE: ./build/src/adapters/process/agent-marks.js
var agent_marks = __webpack_require__(33);
// EXTERNAL MODULE: ./build/src/adapters/process/process-group.js
var process_group = __webpack_require__(4267);
// EXTERNAL MODULE: ./build/src/adapters/process/process-table.js
var process_table = __webpack_require__(6644);
;// CONCATENATED MODULE: ./build/src/adapters/process/agent-remains.js
/** All processes of one program, also those that left its group or outlive it: found by their mark, and ended. */




const pollMs = 50;
const killMs = 5000;
/** How many processes are looked at before others get their turn: a millisecond or so. */
const atOnce = 50;
async function marked(mark) {
    const found = [];
    for (const [index, pid] of (0,agent_marks/* allPids */.SH)().entries()) {
        if (index % atOnce === atOnce - 1)
            await (0,external_node_timers_promises_.setImmediate)();
        if ((0,agent_marks/* markOf */.Fg)(pid) === mark)
            found.push(pid);
    }
    return found;
}
function signal(pid, name) {
    try {
        process.kill(pid, name);
    }
    catch {
        // Gone already, or not ours to signal, which the next look will see.
    }
}
/** The remains of a child that has just been started with the mark, as the leader of a group where there are groups. */
function remainsOf(leader, child, mark) {
    const group = (0,process_group/* ownGroup */.Ew)(leader, child);
    // A process that is ending has lost its mark already, and is not over yet.
    const seen = new Map();
    const stillEnding = () => [...seen].flatMap(([pid, since]) => ((0,process_table/* identify */.ls)(pid)?.since === since ? [pid] : []));
    const list = async () => {
        const mayHaveGroup = !process_table/* hasGroups */.lX || (0,process_group/* maySignal */.Us)(-leader);
        const members = mayHaveGroup ? await group.membersAmong(await (0,process_table/* listProcesses */.O3)()) : [];
        const found = [...members, ...(await marked(mark))];
        for (const pid of found)
            if (!seen.has(pid))
                seen.set(pid, (0,process_table/* identify */.ls)(pid)?.since ?? '');
        return [...new Set([...found, ...stillEnding()])];
    };
    /** Gives what is left in the end; `onLeft` hears of those that each look finds. */
    const awaitEnd = async (patience, onLeft) => {
        const startMs = performance.now();
        for (;;) {
            const left = await list();
            if (left.length === 0 || performance.now() - startMs > patience())
                return left;
            onLeft(left);
            await (0,external_node_timers_promises_.setTimeout)(pollMs);
        }
    };
    const sendAll = (pids, name) => {
        for (const pid of pids)
            signal(pid, name);
    };
    return {
        list,
        end: async (patience) => {
            sendAll(await list(), 'SIGTERM');
            const stubborn = await awaitEnd(patience, () => undefined);
            return stubborn.length === 0
                ? []
                : awaitEnd(() => killMs, (pids) => sendAll(pids, 'SIGKILL'));
        },
        kill: () => {
            signal(process_table/* hasGroups */.lX ? -leader : leader, 'SIGKILL');
            for (const pid of (0,agent_marks/* allPids */.SH)())
                if ((0,agent_marks/* markOf */.Fg)(pid) === mark)
                    signal(pid, 'SIGKILL');
        },
    };
}
/** What processes are called, each name once; those of which the system tells nothing by their numbers. */
const namesOf = (pids) => [...new Set(pids.map((pid) => (0,agent_marks/* nameOf */.Vb)(pid) || String(pid)))].join(', ');

;// CONCATENATED MODULE: ./build/src/adapters/process/agent-process.js
/** One run of a program that is not ours, from its start to the last process of it. Knows no contract. */










/** What is asked to end may close its files; one that is given up with its job has no time for that. */
const politeMs = 5000;
const hurriedMs = 1000;
/** Helpers of a program that has just ended, such as a pool of workers, see that a moment later. */
const graceMs = 1000;
const agent_process_pollMs = 50;
/** A pipe that somebody else holds open has no end. */
const drainMs = 500;
const running = new Set();
function killAll() {
    for (const remains of running)
        remains.kill();
}
/** As long as `running` holds them they do not outlive this process's exit. */
function endWithUs(remains) {
    if (running.size === 0)
        process.on('exit', killAll);
    running.add(remains);
    return () => {
        running.delete(remains);
        if (running.size === 0)
            process.off('exit', killAll);
    };
}
/** What the system says instead where it refuses to start it. */
async function start({ argv, checkout, env }) {
    const [file = '', ...args] = argv;
    try {
        const child = (0,external_node_child_process_.spawn)(file, args, {
            cwd: checkout,
            env,
            stdio: ['ignore', 'pipe', 'pipe'],
            detached: process_table/* hasGroups */.lX,
            windowsHide: true,
        });
        if (child.pid !== undefined)
            return child;
        const [error] = await (0,external_node_events_.once)(child, 'error');
        return (0,errors/* messageOf */.bD)(error);
    }
    catch (error) {
        return (0,errors/* messageOf */.bD)(error);
    }
}
/** Ends the program when its time is over, or the job is; gives whether its time was. */
async function limit({ remains, order: { limitMs } }, over, signal) {
    try {
        await (0,external_node_timers_promises_.setTimeout)(limitMs, undefined, { signal: AbortSignal.any([over, signal]) });
        await remains.end(() => (signal.aborted ? hurriedMs : politeMs));
        return true;
    }
    catch {
        if (signal.aborted)
            await remains.end(() => hurriedMs);
        return false;
    }
}
/** What is still there a while after the program's end, and is ended then. */
async function endLeftBehind(remains, { subject }, signal) {
    const startMs = performance.now();
    let left = await remains.list();
    while (left.length > 0 && performance.now() - startMs < graceMs && !signal.aborted) {
        await (0,external_node_timers_promises_.setTimeout)(agent_process_pollMs);
        left = await remains.list();
    }
    if (left.length === 0)
        return null;
    const names = namesOf(left);
    const stubborn = await remains.end(() => (signal.aborted ? hurriedMs : politeMs));
    const what = `${subject} left ${left.length === 1 ? 'a process' : `${left.length} processes`} behind (${names}), `;
    return stubborn.length === 0
        ? `${what}which the gate ended.`
        : `${what}and ${stubborn.length} of them could not be ended (${stubborn.join(', ')}).`;
}
function endingOf({ exitCode, signalCode }, { subject }) {
    if (signalCode !== null)
        return `${subject} was ended by ${signalCode}.`;
    return exitCode === 0 ? null : `${subject} ended with exit code ${exitCode}.`;
}
async function drained(child, closed) {
    await Promise.race([closed, (0,external_node_timers_promises_.setTimeout)(drainMs, undefined, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
}
/** Waits for the end, or until nothing more can be done for it; gives whether its time was over before. */
async function ended(child, program, signal) {
    const over = new AbortController();
    const limited = limit(program, over.signal, signal);
    const exited = (0,external_node_events_.once)(child, 'exit').then(() => over.abort());
    await Promise.race([exited, limited]);
    return limited;
}
async function follow(child, order, signal) {
    const { pid = 0 } = child;
    const remains = remainsOf(pid, child, order.mark);
    const release = endWithUs(remains);
    const memory = watchMemory(pid);
    const words = lastWords([child.stdout, child.stderr]);
    const closed = (0,external_node_events_.once)(child, 'close');
    let endedMs = null;
    child.once('exit', () => {
        endedMs = order.nowMs();
    });
    const isLate = await ended(child, { remains, order }, signal);
    endedMs ??= order.nowMs();
    const peakRssBytes = memory();
    const late = isLate
        ? `${order.subject} did not end within ${(0,number_format/* formatMinutes */.dp)(order.limitMs / 60_000)}, and was ended.`
        : null;
    const left = await endLeftBehind(remains, order, signal);
    release();
    await drained(child, closed);
    const trouble = [late ?? endingOf(child, order), left].filter((one) => one !== null).join(' ') || null;
    return { endedMs, exitCode: child.exitCode, isLate, peakRssBytes, trouble, words: words() };
}
/**
 * Runs a program to its end, without a shell. Rejects with the signal's reason only, when nothing of the program is left;
 * whatever else happens is in the result.
 */
async function runAgent(order, signal) {
    signal.throwIfAborted();
    const why = whyNotStartable(order, order.env.PATH ?? '');
    const startedMs = order.nowMs();
    const child = why ?? (await start(order));
    if (typeof child === 'string')
        return {
            startedMs,
            endedMs: order.nowMs(),
            exitCode: null,
            isLate: false,
            peakRssBytes: null,
            trouble: `${order.subject} could not be started: ${child}.`,
            words: [],
        };
    const end = await follow(child, order, signal);
    signal.throwIfAborted();
    return { startedMs, ...end };
}

;// CONCATENATED MODULE: ./build/src/adapters/process/agent-program.js
/** An agent's program under its contract, and its set-up. Knows no server but by its URL. */








/** Prompts and answers may be in it; far more than this is a mistake. */
const mostMetricsMebibytes = 16;
/** How many of its last lines go into a sentence, and how much of them. */
const wordsInSentence = 3;
const longestWords = 500;
const minuteMs = 60_000;
function failureOf({ trouble, words }) {
    if (trouble === null)
        return null;
    const said = words.slice(-wordsInSentence).join(' / ').slice(-longestWords);
    return said === '' ? `${trouble} It said nothing.` : `${trouble} Its last words: ${said}`;
}
/** Null where there is no such file. Throws what speaks against reading it. */
async function readMetrics(file) {
    const found = await (0,promises_.lstat)(file).catch(() => null);
    if (found === null)
        return null;
    if (!found.isFile())
        throw new Error('it is not a plain file');
    if (found.size > mostMetricsMebibytes * 1024 * 1024)
        throw new Error(`it is larger than ${mostMetricsMebibytes} MiB`);
    return await (0,promises_.readFile)(file, 'utf8');
}
async function metricsFolder() {
    try {
        return await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'agent-metrics-'));
    }
    catch (cause) {
        const what = `No temporary folder can be made for a program's metrics: ${(0,errors/* messageOf */.bD)(cause)}.`;
        throw new errors/* MachineError */.Ml([{ what, fix: 'Make room there, or set TMPDIR to a folder that can be written to.' }], {
            cause,
        });
    }
}
/** Gives the program a place for its metrics, and reads what it left there. */
async function withMetrics(contract, run) {
    const folder = await metricsFolder();
    const metricsFile = (0,external_node_path_.join)(folder, 'metrics.json');
    try {
        const end = await run({ ...contract, metricsFile });
        const failure = failureOf(end);
        try {
            return { ...end, failure, metrics: await readMetrics(metricsFile) };
        }
        catch (error) {
            return {
                ...end,
                failure: failure ?? `Its metrics.json cannot be read: ${(0,errors/* messageOf */.bD)(error)}.`,
                metrics: null,
            };
        }
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}
/**
 * Runs the program to its end. Rejects with the signal's reason, when nothing of it is left, and with MachineError where
 * there is no room for its metrics.
 */
async function runProgram({ task, checkout, ...told }, { nowMs, signal }) {
    const run = (contract) => {
        const mark = (0,agent_orphans/* newAgentMark */.t)();
        const env = (0,agent_environment/* agentEnvironment */.FV)(process.env, mark, contract);
        const limitMs = task['timeout-minutes'] * minuteMs;
        const order = { subject: 'The program', argv: task.command, checkout, env, mark, limitMs, nowMs };
        return runAgent(order, signal);
    };
    const contract = { ...told, metricsFile: null };
    if (task.metrics)
        return withMetrics(contract, run);
    const end = await run(contract);
    return { ...end, failure: failureOf(end), metrics: null };
}
function throwSetupFailure({ trouble, words }) {
    const why = words.length === 0 ? 'It said nothing.' : `Its last words:\n${words.join('\n')}\n`;
    const fix = 'Run it by hand in a fresh checkout; setup-minutes is its budget.';
    throw new errors/* MachineError */.Ml([{ what: trouble ?? 'A set-up failed.', why, fix }]);
}
/**
 * Runs the set-up of a program, where it has one. What a build leaves running, such as a compiler's daemon, is ended with
 * it and is no failure. Throws MachineError when it fails or takes too long, and the signal's reason.
 */
async function runSetup({ setup, 'setup-minutes': minutes }, checkout, { nowMs, signal }) {
    if (setup === undefined)
        return;
    const mark = (0,agent_orphans/* newAgentMark */.t)();
    const env = (0,agent_environment/* agentEnvironment */.FV)(process.env, mark, null);
    const limitMs = minutes * minuteMs;
    const subject = `The set-up ${commandText(setup)} in ${checkout}`;
    const end = await runAgent({ subject, argv: setup, checkout, env, mark, limitMs, nowMs }, signal);
    if (end.exitCode !== 0 || end.isLate)
        throwSetupFailure(end);
}
/** Makes sure that a program is there, after its set-up. Throws MachineError. */
function checkProgram({ command }, checkout) {
    const { PATH = '' } = (0,agent_environment/* agentEnvironment */.FV)(process.env, '', null);
    const why = whyNotStartable({ argv: command, checkout }, PATH);
    if (why === null)
        return;
    throw new errors/* MachineError */.Ml([
        {
            what: `The agent's program ${commandText(command)} cannot be started: ${why}.`,
            fix: 'Install it on this machine, name its file relative to the checkout, or build it with `setup`.',
        },
    ]);
}


/***/ })

};
