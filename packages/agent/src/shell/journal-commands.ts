/** `cardwatch-agent journal list|verify|export`: reads the journal as it lies on disk and changes nothing; the agent may run meanwhile. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stream } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import { Command, Option } from 'commander';
import { type Lang, problemText } from '../config/words.ts';
import { exportJournal, type JournalReport, verifyJournal } from '../journal/index.ts';
import { journalText, verdictText } from '../status/journal-text.ts';
import { realDisk } from './disk.ts';
import { envLang, exitCodes } from './environment.ts';
import { load } from './load.ts';
import { hasher } from './hasher.ts';

interface Where {
  readonly config?: string;
  readonly data?: string;
  readonly lang?: string;
}

const whereOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', '配置文件，从中取数据目录 configuration that names the data folder')
    .option('-d, --data <dir>', '数据目录 data folder')
    .addOption(new Option('--lang <lang>', '消息语言 language of messages').choices(['zh', 'en']));

export function journalCommand(): Command {
  const journal = new Command('journal').description('查看本机日志 look at the journal on this machine');
  whereOptions(journal.command('list').description('各流各代的范围 streams, epochs, numbers')).action(async (where: Where) => {
    process.exitCode = await report(where, (found, lang) => ({ text: journalText(found, lang), well: true }));
  });
  whereOptions(journal.command('verify').description('逐帧检验 check every frame, footer and chain hash')).action(
    async (where: Where) => {
      process.exitCode = await report(where, (found, lang) => ({
        text: verdictText(found, lang),
        well: found.problems.length === 0,
      }));
    },
  );
  whereOptions(journal.command('export').description('逐行导出 every good line as NDJSON'))
    .addOption(new Option('-s, --stream <stream>', '流 stream').choices(['money', 'event', 'health']).default('money'))
    .option('--numbered', '附代与序号 with epoch and number')
    .action(async (options: Where & { readonly stream: Stream; readonly numbered?: true }) => {
      process.exitCode = await exportLines(options, options.stream, options.numbered === true);
    });
  return journal;
}

async function folderOf({ config, data }: Where, lang: Lang): Promise<Result<string, string>> {
  if (data !== undefined) return ok(join(data, 'journal'));
  if (config === undefined)
    return err(lang === 'zh' ? '请用 --data 或 --config 指明数据目录' : 'name the data folder with --data or --config');
  const loaded = await load(config);
  return loaded.ok
    ? ok(join(loaded.value.dataFolder, 'journal'))
    : err(loaded.error.map((problem) => problemText(problem, lang)).join('\n'));
}

async function report(
  where: Where,
  show: (found: JournalReport, lang: Lang) => { readonly text: string; readonly well: boolean },
): Promise<number> {
  const lang = envLang(where.lang);
  const folder = await folderOf(where, lang);
  if (!folder.ok) {
    console.error(folder.error);
    return exitCodes.badConfig;
  }
  const found = await verifyJournal(realDisk(folder.value), hasher);
  if (!found.ok) {
    console.error(`${folder.value}: ${found.error.kind}`);
    return exitCodes.notWell;
  }
  const { text, well } = show(found.value, lang);
  console.log(text);
  return well ? 0 : exitCodes.notWell;
}

async function exportLines(where: Where, stream: Stream, numbered: boolean): Promise<number> {
  const folder = await folderOf(where, envLang(where.lang));
  if (!folder.ok) {
    console.error(folder.error);
    return exitCodes.badConfig;
  }
  // Whoever reads may have had enough (`| head`).
  process.stdout.on('error', () => process.exit(0));
  const decoder = new TextDecoder();
  for await (const { epoch, seq, line } of exportJournal(realDisk(folder.value), stream)) {
    const text = decoder.decode(line);
    const written = process.stdout.write(numbered ? `{"epoch":${epoch},"seq":${seq},"line":${text}}\n` : `${text}\n`);
    if (!written) await once(process.stdout, 'drain');
  }
  return 0;
}
