/** What people put where a name is asked for, and worse. Each one sets `window.__ran` or talks when it is run. */
const run = 'window.__ran=1';

export const corpus: readonly string[] = [
  `<script>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<svg onload=${run}>`,
  `"><img src=x onerror=${run}>`,
  `'><svg/onload=${run}>`,
  `</title><script>${run}</script>`,
  `</textarea><img src=x onerror=${run}>`,
  `<iframe srcdoc="<script>parent.${run}</script>">`,
  `<a href="javascript:${run}">点我</a>`,
  `javascript:${run}`,
  `<details open ontoggle=${run}>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${run}>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `#{${run}}`,
  `<%= ${run} %>`,
  `\u202e<b onmouseover=${run}>食堂</b>`,
  `<style>@import'//x';*{x:expression(${run})}</style>`,
  `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  `<base href="javascript:${run}//">`,
  `<object data="data:text/html,<script>${run}</script>">`,
  `&lt;img src=x onerror=${run}&gt;`,
  `%3Cimg%20src%3Dx%20onerror%3D${run}%3E`,
  `=HYPERLINK("javascript:${run}","x")`,
];

/** `n` of any size; short enough for a field of `chars`. */
export const hostile = (n: number, chars = 120): string => {
  const fitting = corpus.filter((text) => text.length <= chars);
  return fitting[n % fitting.length] ?? '<b>';
};
