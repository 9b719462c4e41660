import { drillJournal } from './drill.ts';
import { inMacrotask } from './world/microtasks.ts';
const seed = Number(process.argv[2]);
const log = {
  log: (l: any, e: any, f: any) => {
    if (!/acked|storage|writeFailed/.test(e)) console.log(l, e, JSON.stringify(f));
  },
  child() {
    return this;
  },
} as any;
const sink = process.argv[4]
  ? (x: any) => {
      const s = typeof x === 'string' ? x : JSON.stringify(x);
      if (/money|start|crash|spoil|power/.test(s)) console.log(s.slice(0, 160));
    }
  : undefined;
const r = await inMacrotask(() => drillJournal({ seed, events: 4000, damage: process.argv[3] === 'd', log, sink: sink as any }));
console.log(JSON.stringify(r).slice(0, 300));
