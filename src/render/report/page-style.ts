/** How the page looks: one column on a phone, light or dark as the reader has it, black on white in print. */

/** Blue and vermilion of Okabe and Ito's palette, which every kind of colour vision tells apart. */
const light = `--paper:#fff;--card:#f6f8fa;--ink:#1b1f24;--muted:#57606a;--line:#d0d7de;--accent:#0072b2;--second:#b34700;--band:#cfd8e3;--heat-ink:#1b1f24;--heat-full:#56a5d8;--green:#116329;--yellow:#7a4d00;--red:#a40e26;--cyan:#0a5a75`
const dark = `--paper:#10151b;--card:#1a212a;--ink:#e6edf3;--muted:#9aa7b4;--line:#39434f;--accent:#56b4e9;--second:#f0975a;--band:#33404f;--heat-ink:#f2f6fa;--heat-full:#1f6fa5;--green:#6fdd8b;--yellow:#f0c05a;--red:#ff8f98;--cyan:#7fd4ee`

/** The style sheet. */
export const pageStyle = `
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
`
