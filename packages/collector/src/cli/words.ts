/** What the command line says, in both languages: Chinese first. */
export const both = (zh: string, en: string): string => `${zh}\n${en}`;

export const setupWords = (code: string): string =>
  both(`初始设置码（24 小时内有效，只用一次）: ${code}`, `One-time set-up code (valid for 24 h, works once): ${code}`);

export const runningWords = (url: string, mqtt: string): string =>
  both(`值守台 ${url}，MQTT ${mqtt}，Ctrl-C 停止`, `Console ${url}, MQTT ${mqtt}, Ctrl-C stops`);

export interface TakenPort {
  readonly what: 'HTTP' | 'MQTT';
  readonly host: string;
  readonly port: number;
  readonly detail: string;
}

/** Names the port and the option that changes it. */
export function portWords({ what, host, port, detail }: TakenPort): string {
  const option = what === 'HTTP' ? '--http-port' : '--mqtt-port';
  return both(
    `${what} 端口 ${host}:${port} 无法监听（${detail}）。用 ${option} 换一个端口。`,
    `Cannot listen on ${what} port ${host}:${port} (${detail}). Choose another with ${option}.`,
  );
}

export const lockedWords = (folder: string): string =>
  both(
    `数据目录 ${folder} 正被另一个采集中心使用。用 --data 换一个目录，或先停掉它。`,
    `Another collector is using the data folder ${folder}. Choose another with --data, or stop it first.`,
  );

export const openHostWords = (host: string): string =>
  both(
    `警告: ${host} 上的 HTTP 没有 TLS，密码会以明文经过网络。请加 --http-tls-cert/--http-tls-key，或在前面放置 TLS 代理并加 --behind-tls。`,
    `Warning: HTTP on ${host} has no TLS, passwords cross the network in the clear. Add --http-tls-cert/--http-tls-key, or put a TLS proxy in front and add --behind-tls.`,
  );

export const failedWords = (why: string): string =>
  both(
    `存储线程已停止（${why}），不再收数，进程退出。`,
    `The store's thread has ended (${why}); nothing can be committed, the process ends.`,
  );

export const secretsWords = ({ file, detail }: { readonly file: string; readonly detail: string }): string =>
  both(
    `密钥文件 ${file} 不能用（${detail}）: 应是 YAML，权限 0600。`,
    `The file of secrets ${file} cannot be used (${detail}): YAML with mode 0600 is expected.`,
  );

export const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

const listenCodes = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND']);

/** The system's code when an error says that a port cannot be listened on. */
export function listenFailure(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return listenCodes.has(code) ? code : undefined;
}
