export const id = 714;
export const ids = [714];
export const modules = {

/***/ 714:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  renderReport: () => (/* binding */ renderReport)
});

// EXTERNAL MODULE: ./build/src/render/run-text.js
var run_text = __webpack_require__(691);
// EXTERNAL MODULE: ./build/src/render/status-words.js
var status_words = __webpack_require__(8501);
// EXTERNAL MODULE: ./build/src/model/metric-catalog.js
var metric_catalog = __webpack_require__(7289);
// EXTERNAL MODULE: ./build/src/model/number-format.js
var number_format = __webpack_require__(1164);
// EXTERNAL MODULE: ./build/src/render/short-names.js
var short_names = __webpack_require__(7801);
// EXTERNAL MODULE: ./build/src/render/plain-text.js
var plain_text = __webpack_require__(4156);
;// CONCATENATED MODULE: ./build/src/render/report/html.js
/** HTML put together so that what comes from outside cannot be anything but text. Knows no verdict. */

const entities = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
};
/** A figure and its unit stand on one line. */
const beforeUnit = /(?<=\d) (?=%|tok\/s\b|ms\b|points?\b)/g;
/** A text as it stands in an element or in a quoted attribute: one line, without control characters. */
const escaped = (text) => (0,plain_text/* plainText */.w)(text, 4000)
    .replace(beforeUnit, '\u00a0')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
const markupOf = (part) => {
    if (typeof part === 'object')
        return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
    return escaped(String(part));
};
/** Markup from a template. An attribute's value must stand in double quotes. */
const html = (strings, ...parts) => ({
    markup: strings
        .map((text, index) => `${text}${index < parts.length ? markupOf(parts[index] ?? '') : ''}`)
        .join(''),
});
/** A drawing of the chart library, which escapes its texts by itself, or a style sheet of our own. */
const drawn = (markup) => ({ markup });
/** No markup at all. */
const nothing = { markup: '' };

;// CONCATENATED MODULE: ./build/src/render/report/draw-chart.js

/** Colours are the page's own variables, so that light, dark and print need no second drawing. */
const config = {
    aria: false,
    background: 'transparent',
    font: 'inherit',
    view: { stroke: null },
    axis: {
        labelColor: 'var(--muted)',
        titleColor: 'var(--muted)',
        titleFontWeight: 'normal',
        titleFontSize: 11,
        labelFontSize: 11,
        domainColor: 'var(--line)',
        tickColor: 'var(--line)',
        gridColor: 'var(--line)',
    },
};
/** Namespaces are for files: in a page they are only addresses that nobody asks. */
const withMessage = (svg, message) => svg.replace(/^<svg\b([^>]*)>/, (_, attributes) => `<svg${attributes.replace(/ (?:xmlns(?::xlink)?|version)="[^"]*"/g, '')} role="img" aria-label="${escaped(message)}">`);
/** What does not show and would only make the page heavy. */
const lighter = (svg) => svg
    .replace(/<path class="(?:background|foreground)"[^>]*\/>/g, '')
    .replace(/ (?:pointer-events="none"|opacity="1"|font-family="inherit"|aria-hidden="true")/g, '')
    .replace(/ (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")/g, '')
    .replace(/ class="mark-[^"]*"/g, '');
/** The chart as markup. Throws what the library throws for a chart that it cannot draw. */
async function drawChart({ spec, message }) {
    const [vega, { compile }] = await Promise.all([__webpack_require__.e(/* import() */ 972).then(__webpack_require__.bind(__webpack_require__, 3972)), Promise.all(/* import() */[__webpack_require__.e(972), __webpack_require__.e(994)]).then(__webpack_require__.bind(__webpack_require__, 994))]);
    // Built by our own files from plain data; the library's types of it are too wide for exactOptionalPropertyTypes.
    const given = { autosize: { type: 'pad' }, padding: 2, ...spec, config };
    const logger = vega.logger(vega.None);
    const view = new vega.View(vega.parse(compile(given, { logger }).spec), { renderer: 'none', logger });
    try {
        return drawn(withMessage(lighter(await view.toSVG()), message));
    }
    finally {
        view.finalize();
    }
}

;// CONCATENATED MODULE: ./build/src/render/report/figure-lookup.js
/** Figures of what is judged; base has its own place in the checks. */
function lookUp({ figures }) {
    const head = figures.filter(({ subject }) => subject === 'head');
    const byKey = new Map(head.map((summary) => [`${summary.metric}\n${summary.cellId}`, summary]));
    const metrics = new Set(head.map(({ metric }) => metric));
    return {
        cellIds: Array.from(new Set(head.map(({ cellId }) => cellId))).toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true })),
        of: (cellId, metric) => byKey.get(`${metric}\n${cellId}`) ?? null,
        has: (metric) => metrics.has(metric),
    };
}

;// CONCATENATED MODULE: ./build/src/render/report/row-chart.js
/** Fits a phone without being shrunk. */
const width = 316;
const rowHeight = 38;
/** Characters of 11 px that fit on a row. */
const rowCharacters = 52;
/** Cut in the middle: cells differ at their ends. */
const fitted = (name, figures) => {
    const most = Math.max(8, rowCharacters - figures.length - 2);
    if (name.length <= most)
        return name;
    const tail = Math.ceil((most - 1) * 0.7);
    return `${name.slice(0, most - 1 - tail)}…${name.slice(-tail)}`;
};
const looks = {
    first: { shape: 'diamond', fill: 'var(--accent)', stroke: 'var(--accent)', size: 110 },
    tied: { shape: 'diamond', fill: 'var(--paper)', stroke: 'var(--accent)', size: 90 },
    other: { shape: 'circle', fill: 'var(--muted)', stroke: 'var(--muted)', size: 55 },
    square: { shape: 'square', fill: 'var(--second)', stroke: 'var(--second)', size: 75 },
};
const around = (rows) => {
    const all = rows.flatMap(({ low, high, dots, tick }) => [
        low,
        high,
        ...dots.map(({ value }) => value),
        ...(tick === undefined ? [] : [tick]),
    ]);
    const [least, greatest] = [Math.min(...all), Math.max(...all)];
    const margin = (greatest - least || Math.abs(greatest) || 1) * 0.06;
    return [least - margin, greatest + margin];
};
const dotLayer = (kind) => ({
    transform: [{ filter: `datum.kind === '${kind}'` }],
    mark: { type: 'point', filled: false, strokeWidth: 1.5, opacity: 1, yOffset: 7, ...looks[kind] },
    encoding: { x: { field: 'value', type: 'quantitative' } },
});
const textLayer = (field, align) => ({
    mark: {
        type: 'text',
        align,
        baseline: 'middle',
        fontSize: 11,
        color: align === 'left' ? 'var(--ink)' : 'var(--muted)',
        yOffset: -9,
    },
    encoding: { x: { value: align === 'left' ? 0 : width }, text: { field } },
});
const lineLayer = (domain) => ({
    mark: { type: 'rule', strokeWidth: 2, color: 'var(--muted)', yOffset: 7, y2Offset: 7 },
    encoding: {
        x: {
            field: 'low',
            type: 'quantitative',
            scale: { domain, nice: false, zero: false },
            axis: { title: null, tickCount: 5, gridOpacity: 0.5 },
        },
        x2: { field: 'high' },
    },
});
/** The chart's specification. `rows` must not be empty. */
function rowChart({ rows, message, domain = around(rows) }) {
    const values = rows.map((row, index) => ({
        index,
        name: fitted(row.name, row.figures),
        figures: row.figures,
        low: row.low,
        high: row.high,
        tick: row.tick ?? null,
    }));
    const dots = rows.flatMap((row, index) => row.dots.map((dot) => ({ index, ...dot })));
    const kinds = Array.from(new Set(dots.map(({ kind }) => kind)));
    return {
        message,
        spec: {
            width,
            height: rows.length * rowHeight,
            // Texts are not measured here but guessed, too wide: room is given by hand.
            autosize: { type: 'none' },
            padding: { left: 8, right: 8, top: 2, bottom: 20 },
            data: { values },
            encoding: {
                y: { field: 'index', type: 'ordinal', axis: null, scale: { type: 'point', padding: 0.5 } },
            },
            layer: [
                lineLayer(domain),
                {
                    transform: [{ filter: 'datum.tick !== null' }],
                    mark: {
                        type: 'point',
                        shape: 'stroke',
                        angle: 90,
                        size: 70,
                        strokeWidth: 2,
                        color: 'var(--muted)',
                        yOffset: 7,
                    },
                    encoding: { x: { field: 'tick', type: 'quantitative' } },
                },
                { data: { values: dots }, layer: kinds.map(dotLayer) },
                textLayer('name', 'left'),
                textLayer('figures', 'right'),
            ],
        },
    };
}

;// CONCATENATED MODULE: ./build/src/render/report/section.js
/** A part of the page: its heading, what it says, and its place in the list of parts. */

/** The part as markup. */
const sectionMarkup = ({ id, title, body, }) => html `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
/** A paragraph. */
const paragraph = (text) => html `<p>${text}</p>
`;
/** A list; nothing at all without items. */
const list = (items) => items.length === 0
    ? html ``
    : html `<ul>${items.map((item) => html `<li>${item}</li>
`)}</ul>
`;
/** A name from outside in the fixed-width face, which may break anywhere. */
const code = (text) => html `<code>${text}</code>`;
/** What can be opened. */
const folded = (summary, body) => html `<details><summary>${summary}</summary>
${body}
</details>
`;
/** Said under charts and tables whose cells begin alike; nothing where they do not. */
const sharedNote = (shared) => shared === ''
    ? html ``
    : html `<p class="note">All cells begin with <code>${shared}</code>.</p>
`;

;// CONCATENATED MODULE: ./build/src/render/report/table.js
/** Tables of the page: headed by rows and columns; on a narrow screen each row becomes a card with named values. */

const headCell = ({ title, figure = false }) => html `<th scope="col" role="columnheader"${classOf(figure)}>${title}</th>`;
const classOf = (figure) => (figure ? html ` class="figure"` : nothing);
const bodyCell = (part, { title, figure = false }, index) => index === 0
    ? html `<th scope="row" role="rowheader">${part}</th>`
    : html `<td role="cell" data-label="${title}"${classOf(figure)}>${part}</td>`;
const bodyRow = (parts, columns) => html `<tr role="row">${columns.map((column, index) => bodyCell(parts[index] ?? '', column, index))}</tr>
`;
/** The roles say again what the elements are: a card is no table any more, and would be read as none. */
function table({ caption, columns, rows, most = rows.length, leftOut }) {
    const out = rows.length - most;
    return html `<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(headCell)}</tr></thead>
<tbody role="rowgroup">
${rows.slice(0, most).map((row) => bodyRow(row, columns))}</tbody></table>
${out > 0 && leftOut
        ? html `<p class="left-out">${leftOut(out)}</p>
`
        : nothing}`;
}

;// CONCATENATED MODULE: ./build/src/render/report/agents-section.js
/** Agents at once: both efficiencies and both contention rates side by side, since each pair sees different things. */









const mostDrawn = 14;
const mostListed = 60;
/** Points between the two efficiencies from which they tell different stories. */
const apartPoints = 5;
const columns = [
    'overlapEfficiencyPercent',
    'parallelEfficiencyPercent',
    'ttftAnomalyContentionPercent',
    'throughputContentionPercent',
    'throughputImbalancePercent',
];
const difference = 'Overlap efficiency only says that the agents ran at the same time: it stays near 100 % even when each slows the other down by half. Parallel efficiency holds their throughput together against what each does alone, so only it sees the slowing. In the same way the TTFT rate counts trials whose first token came seconds late, and the throughput rate trials in which an agent fell below its own pace.';
const pairsOf = ({ cellIds, of }) => cellIds.flatMap((cellId) => {
    const overlap = of(cellId, 'overlapEfficiencyPercent')?.typical;
    const parallel = of(cellId, 'parallelEfficiencyPercent')?.typical;
    return overlap === undefined || parallel === undefined ? [] : [{ cellId, overlap, parallel }];
});
const titleOf = (pairs) => {
    const above = pairs.filter(({ overlap, parallel }) => parallel - overlap > apartPoints).length;
    const below = pairs.filter(({ overlap, parallel }) => overlap - parallel > apartPoints).length;
    const worst = pairs.reduce((one, other) => (other.parallel < one.parallel ? other : one));
    const cells = (0,number_format/* count */.U9)(pairs.length, 'cell');
    const lead = above + below === 0
        ? `The two efficiencies agree within ${apartPoints} points`
        : above === 0 || below === 0
            ? `Parallel efficiency is more than ${apartPoints} points ${above === 0 ? 'below' : 'above'} overlap efficiency in ${above + below} of ${cells}`
            : `Parallel efficiency is more than ${apartPoints} points below overlap efficiency in ${below} and above it in ${above} of ${cells}`;
    return `${lead}; the least is ${(0,number_format/* formatPercent */.l9)(worst.parallel)} parallel at ${(0,number_format/* formatPercent */.l9)(worst.overlap)} overlap`;
};
const rowOf = ({ cellId, overlap, parallel }, names) => ({
    name: names.differing(cellId),
    figures: `${(0,number_format/* formatPercent */.l9)(parallel)} / ${(0,number_format/* formatPercent */.l9)(overlap)}`,
    dots: [
        { value: overlap, kind: 'other' },
        { value: parallel, kind: 'square' },
    ],
    low: Math.min(overlap, parallel),
    high: Math.max(overlap, parallel),
});
async function efficiencyFigure(pairs, names) {
    if (pairs.length === 0)
        return html ``;
    const shown = pairs.toSorted((one, other) => one.parallel - other.parallel).slice(0, mostDrawn);
    const greatest = Math.max(100, ...shown.map(({ overlap, parallel }) => Math.max(overlap, parallel)));
    const least = Math.min(0, ...shown.map(({ overlap, parallel }) => Math.min(overlap, parallel)));
    const title = titleOf(pairs);
    const words = shown.map(({ cellId, overlap, parallel }) => `${names.of(cellId)}: parallel ${(0,number_format/* formatPercent */.l9)(parallel)}, overlap ${(0,number_format/* formatPercent */.l9)(overlap)}`);
    const chart = await drawChart(rowChart({
        rows: shown.map((pair) => rowOf(pair, names)),
        message: `${title}. ${words.join('; ')}.`,
        domain: [least, greatest * 1.02],
    }));
    const more = pairs.length > mostDrawn ? `The ${mostDrawn} cells with the least are drawn.` : '';
    return html `<h3>${title}</h3>
<p class="note">efficiency, %</p>
<figure>${chart}<figcaption>Square: parallel efficiency. Dot: overlap efficiency. The figures say both in that order. ${more}</figcaption></figure>
`;
}
const listing = (lookup, cellIds, names) => {
    const shown = columns.filter(lookup.has);
    return table({
        caption: 'Agents at once, each cell',
        columns: [
            { title: 'cell' },
            ...shown.map((metric) => ({ title: (0,metric_catalog/* metricDefinition */.u8)(metric).label, figure: true })),
        ],
        rows: cellIds.map((cellId) => [
            code(names.of(cellId)),
            ...shown.map((metric) => {
                const summary = lookup.of(cellId, metric);
                return summary ? (0,number_format/* formatValue */.Fl)(metric, summary.typical) : (0,number_format/* formatFigure */.Mo)(metric, null);
            }),
        ]),
        most: mostListed,
        leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more cell')} left out here; verdict.json has all.`,
    });
};
/** Nothing where no cell has several agents. */
async function agentsSection(verdict) {
    const lookup = lookUp(verdict);
    const cellIds = lookup.cellIds.filter((cellId) => columns.some((metric) => lookup.of(cellId, metric) !== null));
    if (cellIds.length === 0)
        return [];
    const names = (0,short_names/* shortNames */.D)(cellIds);
    return [
        {
            id: 'agents',
            title: 'Agents at once',
            body: html `<p>${difference}</p>
<div class="finding">${await efficiencyFigure(pairsOf(lookup), names)}${sharedNote(names.shared)}</div>
${listing(lookup, cellIds, names)}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/boundaries-section.js

/** Nothing where nothing was measured. */
const boundariesSection = ({ boundaries }) => boundaries.length === 0
    ? []
    : [
        {
            id: 'boundaries',
            title: 'What the timings include',
            body: table({
                caption: 'Measurement boundaries',
                columns: [{ title: 'what' }, { title: 'included' }, { title: 'excluded' }, { title: 'source' }],
                rows: boundaries.map(({ what, included, excluded, source }) => [
                    what,
                    included,
                    excluded,
                    source,
                ]),
            }),
        },
    ];

// EXTERNAL MODULE: ./build/src/render/check-text.js
var check_text = __webpack_require__(6212);
// EXTERNAL MODULE: ./build/src/render/passed-text.js
var passed_text = __webpack_require__(9910);
;// CONCATENATED MODULE: ./build/src/render/report/checks-section.js
/** Every check with its status in words, worst first. */







/** All findings of a broken sweep, and passed checks as far as they go. */
const mostRows = 250;
/** Sign, word and, last, colour. */
const statusChip = (status) => {
    const { sign, word, colour } = status_words/* checkWords */.i[status];
    return html `<span class="chip ${colour}">${sign} ${word}</span>`;
};
const checks_section_rowOf = (check) => [
    statusChip(check.status),
    (0,check_text/* subjectText */.yq)(check),
    (0,check_text/* valueText */.Ru)(check),
    (0,check_text/* changeText */.k0)(check),
    (0,check_text/* wantedText */.z1)(check),
    html `${check.message}${check.fix === null ? '' : html ` <strong>Do:</strong> ${check.fix}`}`,
    check.cellId === '' ? (0,check_text/* cellText */.Ie)(check.cellId) : code(check.cellId),
];
/** Nothing without checks. */
const checksSection = (verdict) => verdict.checks.length === 0
    ? []
    : [
        {
            id: 'checks',
            title: 'Checks',
            body: html `${paragraph((0,passed_text/* passedText */.q)(verdict) ?? '')}${table({
                caption: 'One rule applied to one cell, worst first',
                columns: [
                    { title: 'result' },
                    { title: 'metric' },
                    { title: 'value', figure: true },
                    { title: 'change', figure: true },
                    { title: 'asked for' },
                    { title: 'finding' },
                    { title: 'cell' },
                ],
                rows: verdict.checks.map(checks_section_rowOf),
                most: mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more check')} left out here, the mildest; verdict.json has all.`,
            })}`,
        },
    ];

// EXTERNAL MODULE: ./build/src/render/effect-words.js
var effect_words = __webpack_require__(8297);
// EXTERNAL MODULE: ./build/src/render/key-findings.js
var key_findings = __webpack_require__(9460);
// EXTERNAL MODULE: ./build/src/render/main-metrics.js
var main_metrics = __webpack_require__(2233);
// EXTERNAL MODULE: ./build/src/render/ranking-words.js
var ranking_words = __webpack_require__(9344);
;// CONCATENATED MODULE: ./build/src/render/report/contrast-sections.js










const contrast_sections_mostRows = 60;
/** Nothing without a cell that has the server's defaults. */
function successSection({ success }) {
    const sorted = success.toSorted(main_metrics/* byReading */.es);
    const [first] = sorted;
    if (!first)
        return [];
    return [
        {
            id: 'success',
            title: 'How many configurations beat the defaults',
            body: html `${paragraph(`${(0,ranking_words/* successText */.xT)(first)}.`)}${table({
                caption: 'Configurations that beat the server’s defaults (the reports’ optimization success rate)',
                columns: [
                    { title: 'metric' },
                    { title: 'better', figure: true },
                    { title: 'share', figure: true },
                    { title: 'beyond the scatter', figure: true },
                    { title: 'defaults' },
                ],
                rows: sorted.map(({ metric, better, configurations, shown, baselineCellId }) => [
                    (0,metric_catalog/* metricDefinition */.u8)(metric).label,
                    `${better} of ${configurations}`,
                    configurations > 0 ? (0,number_format/* formatPercent */.l9)((better / configurations) * 100) : number_format/* noNumber */.rw,
                    shown,
                    code(baselineCellId),
                ]),
                most: contrast_sections_mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more row')} left out here; verdict.json has all.`,
            })}`,
        },
    ];
}
/** Nothing where no two cells differ in their servers alone. */
function topologySection(analysis) {
    const sorted = (0,key_findings/* topologiesInOrder */.N6)(analysis);
    if (sorted.length === 0)
        return [];
    const { axes } = analysis;
    return [
        {
            id: 'topology',
            title: 'What a second server is worth',
            body: html `${list((0,key_findings/* topologyFindings */._9)(analysis)
                .slice(0, 3)
                .map((words) => `${words}.`))}${table({
                caption: 'Cells that differ in their servers alone',
                columns: [
                    { title: 'metric' },
                    { title: 'from', figure: true },
                    { title: 'to', figure: true },
                    { title: 'change', figure: true },
                    { title: 'which means' },
                    { title: 'servers' },
                    { title: 'cell' },
                ],
                rows: sorted.map((contrast) => [
                    (0,metric_catalog/* metricDefinition */.u8)(contrast.metric).label,
                    (0,number_format/* formatValue */.Fl)(contrast.metric, contrast.from),
                    (0,number_format/* formatValue */.Fl)(contrast.metric, contrast.to),
                    (0,effect_words/* contrastSize */.QQ)(contrast) ?? number_format/* noNumber */.rw,
                    effect_words/* toldWords */.pC[(0,effect_words/* topologyTold */.LN)(contrast, axes)],
                    html `<span class="nowrap">${(0,short_names/* differingParts */.d)(contrast.fromCellId, contrast.toCellId).join(' → ')}</span>`,
                    code(contrast.toCellId),
                ]),
                most: contrast_sections_mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more row')} left out here; verdict.json has all.`,
            })}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/environment-section.js


/** Servers, models, devices that are listed by name. */
const environment_section_mostListed = 8;
const limited = (items) => [
    ...items.slice(0, environment_section_mostListed),
    ...(items.length > environment_section_mostListed ? [`and ${items.length - environment_section_mostListed} more`] : []),
].join('; ');
const gpuText = ({ state, devices, driver, detail }) => {
    switch (state) {
        case 'present':
            return `${limited(devices.map(({ name }) => name))}, driver ${driver ?? 'unknown'}`;
        case 'absent':
            return 'none';
        case 'broken':
            return `its driver fails${detail === null ? '' : `: ${detail}`}`;
        case 'unknown':
            return `unknown${detail === null ? '' : `: ${detail}`}`;
        default:
            return state;
    }
};
const serverText = ({ url, version, engine, started }) => `${url}, ${engine} ${version}, ${started ? 'started by the gate' : 'found running'}`;
const modelsOf = ({ servers }) => Array.from(new Set([...servers.head, ...servers.base].flatMap(({ models }) => models.map(({ name, parameterSize, quantization }) => [name, parameterSize, quantization].filter((fact) => fact !== null).join(' ')))));
const environment_section_pairsOf = (environment) => {
    const { machine, host, gpu, servers, tool, engine } = environment;
    return [
        ['Engine', engine],
        [
            'Machine',
            `${machine}: ${host.cpu}, ${(0,number_format/* count */.U9)(host.cores, 'core')}, ${(0,number_format/* formatBytes */.z3)(host.memoryBytes)}, ${host.distro ?? host.os} (${host.arch})`,
        ],
        ['GPU', gpuText(gpu)],
        ...(servers.base.length > 0 ? [['Base', limited(servers.base.map(serverText))]] : []),
        ['Servers', limited(servers.head.map(serverText))],
        ['Models there', limited(modelsOf(environment)) || 'unknown'],
        ['Tool', `${tool.name} ${tool.version} on Node ${host.node}`],
    ];
};
const policyPart = ({ policy }) => policy === null
    ? ''
    : html `<dt>Policy</dt><dd>${policy.name} (<code>${policy.file}</code>, SHA-256 ${policy.sha256.slice(0, 12)})</dd>
`;
/** Nothing when the job ended before it knew its machine. */
const environmentSection = (verdict) => verdict.environment === null
    ? []
    : [
        {
            id: 'environment',
            title: 'Measured on',
            body: html `<dl>${environment_section_pairsOf(verdict.environment).map(([name, value]) => html `<dt>${name}</dt><dd>${value}</dd>
`)}${policyPart(verdict)}</dl>`,
        },
    ];

;// CONCATENATED MODULE: ./build/src/render/report/figures-section.js
/** The figures that a reader looks for first, cell by cell; all others are in the files. */








const figures_section_mostRows = 80;
const mostColumns = 8;
/** Nothing without figures. */
function figuresSection(verdict) {
    const lookup = lookUp(verdict);
    const metrics = (0,main_metrics/* leadingOf */.S0)(new Set(verdict.figures.map(({ metric }) => metric))).slice(0, mostColumns);
    if (lookup.cellIds.length === 0 || metrics.length === 0)
        return [];
    const names = (0,short_names/* shortNames */.D)(lookup.cellIds);
    return [
        {
            id: 'figures',
            title: 'Typical figures',
            body: html `<p>Typical is the median of the trials’ values. ± is one standard deviation of all single measurements, such as calls; that of the trials, by which configurations are ranked, is mostly less.</p>
${table({
                caption: `Figures of ${(0,number_format/* count */.U9)(lookup.cellIds.length, 'cell')}`,
                columns: [
                    { title: 'cell' },
                    ...metrics.map((metric) => ({
                        title: `${(0,metric_catalog/* metricDefinition */.u8)(metric).label}, ${(0,number_format/* unitOf */.uF)(metric)}`,
                        figure: true,
                    })),
                ],
                rows: lookup.cellIds.map((cellId) => [
                    code(names.of(cellId)),
                    ...metrics.map((metric) => {
                        const summary = lookup.of(cellId, metric);
                        if (!summary)
                            return number_format/* noNumber */.rw;
                        const typical = (0,number_format/* formatFigure */.Mo)(metric, summary.typical);
                        return summary.sd === null
                            ? typical
                            : `${typical} ± ${(0,number_format/* formatFigureLike */.t6)(metric, summary.sd, summary.typical)}`;
                    }),
                ]),
                most: figures_section_mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more cell')} left out here; verdict.json has all.`,
            })}${sharedNote(names.shared)}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/interaction-section.js






/** Tables of means that are shown, and interactions that are named. */
const mostShown = 4;
const mostNamed = 12;
/** Rows and columns of one of them. */
const mostLevels = 12;
const isShown = (interaction) => (0,effect_words/* interactionTold */.OB)(interaction) === 'shown';
const byStrength = (one, other) => Number(isShown(other)) - Number(isShown(one)) || (other.greatestPercent ?? 0) - (one.greatestPercent ?? 0);
/** From 0, the least of the table, to 1. */
const shareOf = (value, all) => {
    const [least, greatest] = [Math.min(...all), Math.max(...all)];
    return greatest > least ? (value - least) / (greatest - least) : 0;
};
const meanCell = (interaction, value, all) => value === null
    ? html `<td class="figure">–</td>`
    : html `<td class="heat figure" style="--heat:${drawn(shareOf(value, all).toFixed(2))}">${(0,number_format/* formatFigure */.Mo)(interaction.metric, value)}</td>`;
function heatTable(interaction) {
    const { metric, rowAxis, columnAxis, rows, columns, means } = interaction;
    const all = means.flat().filter((mean) => mean !== null);
    const heads = columns.slice(0, mostLevels);
    const out = Math.max(0, rows.length - mostLevels) + Math.max(0, columns.length - mostLevels);
    const summary = `${(0,effect_words/* interactionTitle */.$s)(interaction)}. Means from ${(0,number_format/* formatValue */.Fl)(metric, Math.min(...all))} to ${(0,number_format/* formatValue */.Fl)(metric, Math.max(...all))}.`;
    return html `<div class="scroll" role="region" tabindex="0" aria-label="${summary}"><table class="heatmap">
<caption>${(0,metric_catalog/* metricDefinition */.u8)(metric).label}, ${(0,number_format/* unitOf */.uF)(metric)}: ${(0,plain_text/* plainText */.w)(rowAxis, 60)} down, ${(0,plain_text/* plainText */.w)(columnAxis, 60)} across; the stronger the shade, the greater the figure</caption>
<thead><tr><th scope="col">${(0,plain_text/* plainText */.w)(rowAxis, 60)}</th>${heads.map((column) => html `<th scope="col" class="figure">${(0,plain_text/* plainText */.w)(column, 60)}</th>`)}</tr></thead>
<tbody>${rows.slice(0, mostLevels).map((row, index) => html `<tr><th scope="row">${(0,plain_text/* plainText */.w)(row, 60)}</th>${heads.map((_, place) => meanCell(interaction, means[index]?.[place] ?? null, all))}</tr>
`)}</tbody></table></div>
${out > 0 ? html `<p class="left-out">${(0,number_format/* count */.U9)(out, 'level')} left out here; verdict.json has all.</p>` : nothing}`;
}
/** Nothing where no two axes were swept together. */
function interactionSection({ interactions }) {
    if (interactions.length === 0)
        return [];
    const sorted = interactions.toSorted(byStrength);
    const strong = sorted.filter(isShown);
    const shown = (strong.length > 0 ? strong : sorted.slice(0, 1)).slice(0, mostShown);
    const others = sorted.filter((one) => !shown.includes(one) && one.greatest !== 0);
    const more = others.length - mostNamed;
    const lead = strong.length > 0
        ? `${strong.length} of ${(0,number_format/* count */.U9)(interactions.length, 'pair')} of axes and metrics do more together than alone.`
        : 'No two axes can be shown to do more together than each does alone; the strongest is shown all the same.';
    return [
        {
            id: 'interactions',
            title: 'What axes do together',
            body: html `${paragraph(lead)}<div class="grid">${shown.map((one) => html `<div class="finding"><h3>${(0,effect_words/* interactionTitle */.$s)(one)}</h3>${heatTable(one)}</div>`)}</div>
${list(others.slice(0, mostNamed).map((one) => `${(0,effect_words/* interactionTitle */.$s)(one)}.`))}
${more > 0 ? html `<p class="left-out">${(0,number_format/* count */.U9)(more, 'more pair')} left out here; verdict.json has all.</p>` : nothing}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/page-head.js
/** The top of the page: on what it was measured, the verdict, what it cost, and what it says in a handful of sentences. */






/** Notes that stand open; the others are folded. */
const mostNotes = 3;
const engineNote = (verdict) => {
    const text = (0,run_text/* engineText */.mm)(verdict);
    return text === null
        ? nothing
        : html `<p class="engine"><strong>${text}</strong></p>
`;
};
const problems = ({ problems: found }) => list(found
    .slice(0, 20)
    .map(({ what, why, fix }) => [what, why, fix].flatMap((text) => (text ? [(0,run_text/* sentence */.em)(text)] : [])).join(' ')));
const findings = ({ analysis }) => {
    const told = analysis === null ? [] : (0,key_findings/* keyFindings */.se)(analysis);
    return told.length === 0
        ? nothing
        : html `<div class="brief"><h2>In short</h2>
${list(told.map((text) => `${text}.`))}</div>
`;
};
const notes = ({ notes: all }) => html `${list(all.slice(0, mostNotes))}${all.length > mostNotes
    ? folded((0,number_format/* count */.U9)(all.length - mostNotes, 'more note'), html `${list(all.slice(mostNotes, 60))}${all.length > 60 ? html `<p class="left-out">${(0,number_format/* count */.U9)(all.length - 60, 'note')} left out here; verdict.json has all.</p>` : nothing}`)
    : nothing}`;
/** The verdict's word, its title, and links to the sections. */
function pageHead(verdict, sections) {
    const { sign, word, colour } = status_words/* outcomeWords */.w[verdict.outcome];
    const cost = (0,run_text/* costText */.rs)(verdict);
    return html `<header>
${engineNote(verdict)}<h1><span class="chip ${colour}">${sign} ${word}</span> ${(0,run_text/* titleText */.Qw)(verdict)}</h1>
${cost === null
        ? nothing
        : html `<p>${cost}</p>
`}${problems(verdict)}${findings(verdict)}${notes(verdict)}${sections.length > 1
        ? html `<nav aria-label="Parts of this page"><ul>${sections.map(({ id, title }) => html `<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
`
        : nothing}</header>
`;
}

;// CONCATENATED MODULE: ./build/src/render/report/page-style.js
/** How the page looks: one column on a phone, light or dark as the reader has it, black on white in print. */
/** Blue and vermilion of Okabe and Ito's palette, which every kind of colour vision tells apart. */
const light = `--paper:#fff;--card:#f6f8fa;--ink:#1b1f24;--muted:#57606a;--line:#d0d7de;--accent:#0072b2;--second:#b34700;--band:#cfd8e3;--heat-ink:#1b1f24;--heat-full:#56a5d8;--green:#116329;--yellow:#7a4d00;--red:#a40e26;--cyan:#0a5a75`;
const dark = `--paper:#10151b;--card:#1a212a;--ink:#e6edf3;--muted:#9aa7b4;--line:#39434f;--accent:#56b4e9;--second:#f0975a;--band:#33404f;--heat-ink:#f2f6fa;--heat-full:#1f6fa5;--green:#6fdd8b;--yellow:#f0c05a;--red:#ff8f98;--cyan:#7fd4ee`;
/** The style sheet. */
const pageStyle = `
:root{${light};color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.3;margin:.6rem 0}
h2{font-size:1.25rem;margin:2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;line-height:1.35;margin:0 0 .4rem}
p,ul,dl{margin:.4rem 0 .8rem}
ul{padding-left:1.3rem}
a{color:var(--accent)}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
dt{font-weight:600}
dd{margin:0 0 .4rem}
.engine{margin:0 0 .6rem;padding:.5rem .8rem;border:2px solid var(--second);border-radius:6px}
.chip{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:1em;font-weight:600;white-space:nowrap}
.green{color:var(--green)}.yellow{color:var(--yellow)}.red{color:var(--red)}.cyan{color:var(--cyan)}
.brief{margin:1rem 0;padding:.6rem 1rem;background:var(--card);border-left:4px solid var(--accent);border-radius:6px}
.brief h2{margin:0 0 .3rem;border:0;font-size:1.05rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;list-style:none}
.note,figcaption,caption{color:var(--muted);font-size:.85rem}
.left-out{color:var(--muted);font-style:italic}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,23rem),1fr));gap:1rem;align-items:start}
.finding{min-width:0;margin:0 0 1rem;padding:.8rem;background:var(--card);border:1px solid var(--line);border-radius:8px}
.grid .finding{margin:0}
figure{margin:0}
svg{display:block;max-width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
figcaption{margin-top:.3rem;line-height:1.35}
.panels{display:flex;flex-wrap:wrap;gap:.8rem}
.panel{width:9.6rem;max-width:100%}
.panel figcaption strong{color:var(--ink)}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--accent)}
table{width:100%;border-collapse:collapse;margin:.5rem 0 1rem;font-size:.9rem}
caption{padding:.2rem 0;text-align:left}
th,td{overflow-wrap:break-word;padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{font-weight:600}
.nowrap,td.figure{white-space:nowrap}
td code,th code{overflow-wrap:anywhere}
.figure{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
.heatmap{width:auto}
.heatmap caption{min-width:16rem}
.heat{background:color-mix(in srgb,var(--heat-full) calc(var(--heat)*100%),var(--card));color:var(--heat-ink);print-color-adjust:exact;-webkit-print-color-adjust:exact}
@media screen and (max-width:44rem){
body{padding:.7rem}
h1{font-size:1.25rem}
[role=table]>thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[role=table],[role=table]>tbody,[role=table]>caption,[role=row],[role=row]>th,[role=row]>td{display:block}
[role=row]{margin:0 0 .6rem;padding:.4rem .6rem;border:1px solid var(--line);border-radius:6px}
[role=row]>th,[role=row]>td,[role=row]>.figure{padding:.1rem 0;border:0;text-align:left;white-space:normal}
[role=row]>td::before{content:attr(data-label) ": ";color:var(--muted)}
[role=rowheader]{font-weight:600}
}
@media print{
:root{${light}}
body{max-width:none;padding:0;font-size:11pt}
nav{display:none}
h2,h3,caption{break-after:avoid}
table{font-size:8pt}
th,td{padding:.15rem .3rem}
.nowrap,td.figure{white-space:normal}
.finding,figure,tr{break-inside:avoid}
.grid{grid-template-columns:1fr 1fr}
}
`;

// EXTERNAL MODULE: ./build/src/render/published-words.js
var published_words = __webpack_require__(2188);
;// CONCATENATED MODULE: ./build/src/render/report/published-section.js





const published_section_mostRows = 200;
const published_section_rowOf = (row) => [
    (0,published_words/* publishedLabel */.xs)(row),
    html `<strong>${(0,published_words/* measuredValue */.ww)(row)}</strong>`,
    (0,published_words/* publishedValue */.Cb)(row),
    (0,published_words/* deviationText */.zy)(row),
    (0,published_words/* sizesText */.KD)(row),
    row.published.source,
    (0,published_words/* remarksText */.F)(row),
];
/** Nothing where the policy names no published figures. */
const publishedSection = ({ published }) => published.length === 0
    ? []
    : [
        {
            id: 'published',
            title: 'Published, and measured here',
            body: html `${paragraph(`${(0,published_words/* publishedTitle */.Bo)(published)}. Published figures come from another machine: a deviation says how far apart the two are, not which is right.`)}${table({
                caption: 'Published figures beside those of this run, measured ones first',
                columns: [
                    { title: 'figure' },
                    { title: 'measured here', figure: true },
                    { title: 'published', figure: true },
                    { title: 'deviation', figure: true },
                    { title: 'runs' },
                    { title: 'source' },
                    { title: 'remarks' },
                ],
                rows: (0,published_words/* measuredFirst */.V4)(published).map(published_section_rowOf),
                most: published_section_mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more figure')} left out here; verdict.json has all.`,
            })}`,
        },
    ];

;// CONCATENATED MODULE: ./build/src/render/report/quality-section.js
/** What answers are like, beside how fast they come, and what they cost: only what was measured. */







const quality_section_mostRows = 60;
const quality = {
    id: 'quality',
    title: 'Answers, beside their speed',
    caption: 'Quality proxies (appendix Z)',
    metrics: ['outputTokens', 'repetitionPercent', 'structureCompliancePercent', 'exactMatchPercent'],
    explained: 'These are proxies: they tell when answers change, not whether they are good. The CV of the answer’s length is its stability.',
};
const cost = {
    id: 'cost',
    title: 'What it costs',
    caption: 'Cost at the policy’s price of a GPU hour (appendix V)',
    metrics: ['costPerMillionTokens', 'costPerThousandRequests'],
    explained: '¤ is the currency in which the policy names its price.',
};
/** Nothing where none of its metrics was measured. */
function subjectSection(verdict, subject) {
    const { id, title, caption, metrics, explained } = subject;
    const lookup = lookUp(verdict);
    const shown = metrics.filter(lookup.has);
    const cellIds = lookup.cellIds.filter((cellId) => shown.some((metric) => lookup.of(cellId, metric) !== null));
    // Every answer has a length: alone it says nothing of quality.
    if (shown.length === 0 || shown.every((metric) => metric === 'outputTokens'))
        return [];
    const names = (0,short_names/* shortNames */.D)(cellIds);
    const value = (cellId, metric) => {
        const summary = lookup.of(cellId, metric);
        if (!summary)
            return number_format/* noNumber */.rw;
        const typical = (0,number_format/* formatValue */.Fl)(metric, summary.typical);
        return metric === 'outputTokens' && summary.cvPercent !== null
            ? `${typical} (CV ${(0,number_format/* formatPercent */.l9)(summary.cvPercent)})`
            : typical;
    };
    return [
        {
            id,
            title,
            body: html `${paragraph(explained)}${table({
                caption,
                columns: [
                    { title: 'cell' },
                    ...shown.map((metric) => ({ title: (0,metric_catalog/* metricDefinition */.u8)(metric).label, figure: true })),
                ],
                rows: cellIds.map((cellId) => [
                    code(names.of(cellId)),
                    ...shown.map((metric) => value(cellId, metric)),
                ]),
                most: quality_section_mostRows,
                leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more cell')} left out here; verdict.json has all.`,
            })}${sharedNote(names.shared)}`,
        },
    ];
}
/** Quality proxies. */
const qualitySection = (verdict) => subjectSection(verdict, quality);
/** Cost, where the policy names a price. */
const costSection = (verdict) => subjectSection(verdict, cost);

;// CONCATENATED MODULE: ./build/src/render/report/ranking-section.js










/** Rankings that are drawn; further ones are in verdict.json. */
const mostRankings = 6;
/** Cells in a chart and in a table. */
const ranking_section_mostDrawn = 8;
const ranking_section_mostListed = 40;
const kindOf = ({ tiedWithBest }, place) => place === 0 ? 'first' : tiedWithBest ? 'tied' : 'other';
const tieText = ({ tiedWithBest }, place) => place === 0 ? 'best' : tiedWithBest ? 'tied with the best' : 'behind';
/** By typical value: the value, one sd around it, and the worst trial. By consistency: the cv from zero on. */
function ranking_section_rowOf(ranking, cell, place, names) {
    const { value, sd, cvPercent, worst } = cell;
    const base = { name: `${place + 1}. ${names.differing(cell.cellId)}`, figures: (0,ranking_words/* rankedFigure */.CF)(ranking, cell) };
    const kind = kindOf(cell, place);
    if (ranking.by === 'consistency') {
        const cv = cvPercent ?? 0;
        return { ...base, dots: [{ value: cv, kind }], low: 0, high: cv };
    }
    return { ...base, dots: [{ value, kind }], low: value - (sd ?? 0), high: value + (sd ?? 0), tick: worst };
}
const axisOf = ({ metric, by }) => by === 'consistency'
    ? `coefficient of variation of ${(0,metric_catalog/* metricDefinition */.u8)(metric).label}, % (less is steadier)`
    : `${(0,metric_catalog/* metricDefinition */.u8)(metric).label}, ${(0,number_format/* unitOf */.uF)(metric)} (${(0,metric_catalog/* metricDefinition */.u8)(metric).better} is better)`;
const legendOf = ({ by }) => by === 'consistency'
    ? 'Full diamond: the steadiest. Hollow diamond: cannot be told from it. Dot: behind.'
    : 'Full diamond: the best. Hollow diamond: tied, the trials’ scatter cannot tell it from the best. Dot: behind. Line: one standard deviation to each side. Upright tick: the worst trial.';
const ranking_section_listing = (ranking, names) => {
    const { metric, cells, among } = ranking;
    return table({
        caption: `${(0,metric_catalog/* metricDefinition */.u8)(metric).label}${among === null ? '' : ` of ${among}`} by ${ranking.by === 'typical' ? 'typical value' : 'consistency'}`,
        columns: [
            { title: 'cell' },
            { title: `typical, ${(0,number_format/* unitOf */.uF)(metric)}`, figure: true },
            { title: 'sd', figure: true },
            { title: 'CV', figure: true },
            { title: 'worst trial', figure: true },
            { title: 'trials', figure: true },
            { title: 'against the best' },
        ],
        rows: cells.map((cell, place) => [
            html `${place + 1}. <code>${names.of(cell.cellId)}</code>`,
            (0,number_format/* formatFigure */.Mo)(metric, cell.value),
            cell.sd === null ? number_format/* noNumber */.rw : (0,number_format/* formatFigureLike */.t6)(metric, cell.sd, cell.value),
            cell.cvPercent === null ? number_format/* noNumber */.rw : (0,number_format/* formatPercent */.l9)(cell.cvPercent),
            (0,number_format/* formatValue */.Fl)(metric, cell.worst),
            cell.trials,
            tieText(cell, place),
        ]),
        most: ranking_section_mostListed,
        leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more cell')} left out here; verdict.json has all.`,
    });
};
async function figure(ranking) {
    const { cells } = ranking;
    const names = (0,short_names/* shortNames */.D)(cells.map(({ cellId }) => cellId));
    const title = (0,ranking_words/* rankingTitle */.lY)(ranking, names);
    const drawnCells = cells.slice(0, ranking_section_mostDrawn);
    const chart = await drawChart(rowChart({
        rows: drawnCells.map((cell, place) => ranking_section_rowOf(ranking, cell, place, names)),
        message: `${title}. ${drawnCells.map((cell, place) => `${place + 1}. ${names.of(cell.cellId)} ${(0,ranking_words/* rankedFigure */.CF)(ranking, cell)}, ${tieText(cell, place)}`).join('; ')}.`,
    }));
    const more = cells.length > ranking_section_mostDrawn ? `The first ${ranking_section_mostDrawn} of ${cells.length} cells are drawn.` : '';
    return html `<div class="finding"><h3>${title}</h3>
<p class="note">${axisOf(ranking)}</p>
<figure>${chart}<figcaption>${legendOf(ranking)} ${more}</figcaption></figure>
${sharedNote(names.shared)}${folded(`Figures of ${(0,number_format/* count */.U9)(cells.length, 'cell')}`, ranking_section_listing(ranking, names))}</div>
`;
}
/** Nothing where fewer than two cells can be ranked. */
async function rankingSection(analysis) {
    const rankings = (0,key_findings/* rankingsInOrder */.vQ)(analysis);
    if (rankings.length === 0)
        return [];
    const figures = [];
    for (const ranking of rankings.slice(0, mostRankings))
        figures.push(await figure(ranking));
    const more = rankings.length - mostRankings;
    return [
        {
            id: 'ranking',
            title: 'Which configuration is best',
            body: html `<div class="grid">${figures}</div>
${more > 0 ? paragraph(`${(0,number_format/* count */.U9)(more, 'more ranking')} left out here; verdict.json has all.`) : html ``}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/level-chart.js



/** Two of them side by side fit a phone. */
const level_chart_width = 118;
const height = 96;
/** Levels that are drawn; the table of the metric has all. */
const level_chart_mostLevels = 12;
/** Characters of a level's name, and of one that is never broken. */
const longestLevel = 12;
const shortLevel = 6;
/** The band around the mean; null where the noise is unknown. */
const bandOf = (effect) => {
    if (effect.noisePercent === null)
        return null;
    const mean = (0,effect_words/* meanOfLevels */.MS)(effect);
    const half = (Math.abs(mean) * effect.noisePercent) / 200;
    return { low: mean - half, high: mean + half };
};
/** The ends that all axes of a metric share, so that their effects can be compared by eye. */
function sharedDomain(effects) {
    const all = effects.flatMap((effect) => {
        const band = bandOf(effect);
        return [...effect.levels.map(({ mean }) => mean), ...(band ? [band.low, band.high] : [])];
    });
    const [least, greatest] = [Math.min(...all), Math.max(...all)];
    const margin = (greatest - least || Math.abs(greatest) || 1) * 0.08;
    return [least - margin, greatest + margin];
}
const levelName = (value) => {
    const name = (0,plain_text/* plainText */.w)(value, 60);
    return name.length > longestLevel ? `${name.slice(0, 4)}…${name.slice(-(longestLevel - 5))}` : name;
};
/** A line means that there is something between two levels: only between numbers. */
const isNumeric = ({ levels }) => levels.every(({ value }) => Number.isFinite(Number(value)));
/** A long name in two lines, broken behind the mark that is nearest to its middle: "two-", "servers". */
function inLines(name) {
    if (name.length <= shortLevel)
        return [name];
    const breaks = Array.from(name.matchAll(/[-:_/…]/g), ({ index }) => index + 1).filter((at) => at < name.length);
    const [at] = breaks.toSorted((one, other) => Math.abs(one - name.length / 2) - Math.abs(other - name.length / 2));
    return at === undefined ? [name] : [name.slice(0, at), name.slice(at)];
}
/** Names that would run into each other stand upright. */
const isCrowded = (names) => names.flat().some((line) => line.length * 6 > level_chart_width / names.length - 4);
const bandLayer = (band) => band === null
    ? []
    : [
        {
            data: { values: [band] },
            mark: { type: 'rect', color: 'var(--band)', opacity: 1 },
            encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
    ];
const messageOf = (effect) => {
    const means = effect.levels.map(({ value, mean }) => `${(0,plain_text/* plainText */.w)(value, 60)}: ${(0,number_format/* formatValue */.Fl)(effect.metric, mean)}`);
    return `${(0,effect_words/* effectText */.tr)(effect)}. Means by level: ${means.slice(0, level_chart_mostLevels).join('; ')}.`;
};
/** The chart's specification. What shows is full and drawn through; what does not is hollow and faint. */
function levelChart(effect, domain) {
    const levels = effect.levels.slice(0, level_chart_mostLevels);
    const names = levels.map(({ value }) => inLines(levelName(value)));
    const shows = (0,effect_words/* effectTold */.$x)(effect) === 'shown';
    const colour = shows ? 'var(--accent)' : 'var(--muted)';
    const y = {
        field: 'mean',
        type: 'quantitative',
        title: null,
        scale: { domain, nice: false, zero: false },
        axis: { tickCount: 3, gridOpacity: 0.6 },
    };
    // By place, not by name: two levels may look alike when they are cut.
    const x = {
        field: 'place',
        type: 'ordinal',
        sort: null,
        title: null,
        axis: {
            labelExpr: `${JSON.stringify(names)}[datum.value]`,
            labelAngle: isCrowded(names) ? -60 : 0,
            labelFontSize: 10,
            labelLimit: 200,
            grid: false,
        },
    };
    return {
        message: messageOf(effect),
        spec: {
            width: level_chart_width,
            height,
            data: { values: levels.map(({ mean }, place) => ({ place, mean })) },
            layer: [
                ...bandLayer(bandOf(effect)),
                ...(isNumeric(effect)
                    ? [
                        {
                            mark: { type: 'line', color: colour, strokeWidth: 2, strokeDash: shows ? [1, 0] : [3, 3] },
                            encoding: { x, y },
                        },
                    ]
                    : []),
                {
                    mark: {
                        type: 'point',
                        size: 45,
                        strokeWidth: 1.5,
                        fill: shows ? colour : 'var(--paper)',
                        stroke: colour,
                        opacity: 1,
                    },
                    encoding: { x, y },
                },
            ],
        },
    };
}

;// CONCATENATED MODULE: ./build/src/render/report/sensitivity-section.js










/** Metrics that are drawn, and axes of one metric. */
const mostMetrics = 8;
const mostAxes = 6;
/** Rows of the table of all effects. */
const sensitivity_section_mostRows = 150;
/** What could not be told. */
const sensitivity_section_mostNotes = 12;
const id = 'sensitivity';
const title = 'What moves what';
const panelCaption = (effect) => {
    const noise = (0,effect_words/* noiseSize */.q)(effect);
    const size = (0,effect_words/* effectSize */.jD)(effect);
    switch ((0,effect_words/* effectTold */.$x)(effect)) {
        case 'shown':
            return `moves it by ${size} (noise ${noise})`;
        case 'within-noise':
            return effect.spread === 0
                ? 'no effect, the same everywhere'
                : `no effect that shows (${size}, noise ${noise})`;
        case 'unknown':
            return `differs by ${size} (noise unknown)`;
    }
};
async function panel(effect, domain) {
    const chart = await drawChart(levelChart(effect, domain));
    return html `<figure class="panel">${chart}<figcaption><strong>${(0,plain_text/* plainText */.w)(effect.axis, 60)}</strong> ${panelCaption(effect)}</figcaption></figure>
`;
}
/** "num_ctx moves decode by 12 %, noise 2 %; 3 other axes have no effect that shows". */
function metricTitle(metric, effects) {
    const shown = effects.filter((effect) => (0,effect_words/* effectTold */.$x)(effect) === 'shown');
    const quiet = effects.filter((effect) => (0,effect_words/* effectTold */.$x)(effect) === 'within-noise').length;
    const [first] = effects;
    if (!first)
        return '';
    if (shown.length === 0 && quiet === effects.length && quiet > 1)
        return `No axis has an effect on ${(0,metric_catalog/* metricDefinition */.u8)(metric).label} that shows`;
    const more = shown.length > 1 ? `, ${(0,number_format/* count */.U9)(shown.length - 1, 'other axis moves it', 'other axes move it')} too` : '';
    return `${(0,effect_words/* effectTitle */.o8)(first)}${more}`;
}
async function metricFigure(metric, unsorted) {
    const effects = unsorted.toSorted(effect_words/* byEffect */.xG);
    const domain = sharedDomain(effects);
    const panels = [];
    for (const effect of effects.slice(0, mostAxes))
        panels.push(await panel(effect, domain));
    const more = effects.length - mostAxes;
    return html `<div class="finding"><h3>${metricTitle(metric, effects)}</h3>
<p class="note">${(0,metric_catalog/* metricDefinition */.u8)(metric).label}, ${(0,number_format/* unitOf */.uF)(metric)}; ${(0,metric_catalog/* metricDefinition */.u8)(metric).better} is better.</p>
<div class="panels">${panels}</div>
${more > 0 ? html `<p class="left-out">${(0,number_format/* count */.U9)(more, 'more axis', 'more axes')} with less effect: see the table.</p>` : nothing}</div>
`;
}
const leftOutText = ({ leftOut }) => leftOut.length === 0
    ? ''
    : `; not compared, since nothing was measured there with all else the same: ${leftOut.slice(0, 8).join(', ')}`;
const levelsText = (effect) => `${meansText(effect)}${leftOutText(effect)}`;
const meansText = ({ metric, levels }) => levels
    .slice(0, 24)
    .map(({ value, mean, cells }) => `${(0,plain_text/* plainText */.w)(value, 60)}: ${(0,number_format/* formatValue */.Fl)(metric, mean)} (${(0,number_format/* count */.U9)(cells, 'cell')})`)
    .join('; ');
const allEffects = (axes) => table({
    caption: 'Every effect of every axis',
    columns: [
        { title: 'metric and axis' },
        { title: 'effect', figure: true },
        { title: 'noise', figure: true },
        { title: 'which means' },
        { title: 'mean by level' },
    ],
    rows: axes.map((effect) => [
        html `${(0,metric_catalog/* metricDefinition */.u8)(effect.metric).label}, <code>${(0,plain_text/* plainText */.w)(effect.axis, 60)}</code>`,
        (0,effect_words/* effectSize */.jD)(effect),
        (0,effect_words/* noiseSize */.q)(effect) ?? 'unknown',
        effect_words/* toldWords */.pC[(0,effect_words/* effectTold */.$x)(effect)],
        levelsText(effect),
    ]),
    most: sensitivity_section_mostRows,
    leftOut: (rows) => `${(0,number_format/* count */.U9)(rows, 'more row')} left out here; verdict.json has all.`,
});
/** What a reader looks for first, then where an axis moves most. */
const metricsInOrder = (axes) => {
    const leading = (0,main_metrics/* leadingOf */.S0)(new Set(axes.map(({ metric }) => metric)));
    const others = axes
        .filter(({ metric }) => !leading.includes(metric))
        .toSorted(effect_words/* byEffect */.xG)
        .map(({ metric }) => metric);
    return Array.from(new Set([...leading, ...others]));
};
/** Nothing without a sweep. */
async function sensitivitySection({ axes, notes }) {
    if (axes.length + notes.length === 0)
        return [];
    if (axes.length === 0)
        return [{ id, title, body: list(notes.slice(0, sensitivity_section_mostNotes)) }];
    const metrics = metricsInOrder(axes);
    const figures = [];
    for (const metric of metrics.slice(0, mostMetrics))
        figures.push(await metricFigure(metric, axes.filter((effect) => effect.metric === metric)));
    const more = metrics.length - mostMetrics;
    return [
        {
            id,
            title,
            body: html `<p>Each point is the mean of all cells with that value of the axis. The band is what the scatter of the trials alone would spread over; a full line leaves it, a hollow, broken one does not, and then there is no effect to speak of. Without a band the noise is unknown. ${effect_words/* noiseMeaning */.wp}</p>
<div class="grid">${figures}</div>
${more > 0 ? html `<p class="left-out">${(0,number_format/* count */.U9)(more, 'more metric')} not drawn: see the table.</p>` : nothing}${list(notes.slice(0, sensitivity_section_mostNotes))}
${folded(`Every effect (${axes.length})`, allEffects(axes.toSorted((one, other) => (0,main_metrics/* byReading */.es)(one, other) || (0,effect_words/* byEffect */.xG)(one, other))))}`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/src/render/report/render-report.js

















/** In the order of a reader's questions: what is best, what moves it, is that what was published, how was it measured. */
async function sectionsOf(verdict) {
    const { analysis } = verdict;
    return [
        ...(analysis === null
            ? []
            : [
                ...(await rankingSection(analysis)),
                ...(await sensitivitySection(analysis)),
                ...interactionSection(analysis),
                ...successSection(analysis),
                ...topologySection(analysis),
                ...publishedSection(analysis),
            ]),
        ...(await agentsSection(verdict)),
        ...qualitySection(verdict),
        ...costSection(verdict),
        ...figuresSection(verdict),
        ...(analysis === null ? [] : boundariesSection(analysis)),
        ...checksSection(verdict),
        ...environmentSection(verdict),
    ];
}
/**
 * HTML of one page; the same verdict gives the same bytes. Rejects when a chart cannot be drawn, which must change no
 * verdict.
 */
async function renderReport(verdict) {
    const sections = await sectionsOf(verdict);
    const page = html `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${status_words/* outcomeWords */.w[verdict.outcome].word}: ${(0,run_text/* titleText */.Qw)(verdict)}</title>
<style>${drawn(pageStyle)}</style>
</head>
<body>
${pageHead(verdict, sections)}<main>
${sections.map(sectionMarkup)}</main>
</body>
</html>
`;
    return page.markup;
}


/***/ })

};
