/** What an SMTP answer (RFC 5321, 4.2; enhanced codes of RFC 3463) or a broken connection means for the next try. */
import { failed, type Refusal } from '../failure.core.ts';

export interface SmtpProblem {
  /** `EAUTH`, `ETLS`, `ECONNECTION`, …: of the mail library or of the operating system. */
  readonly code: string | null;
  /** Of the server, e.g. 550. */
  readonly responseCode: number | null;
  /** The server's whole answer: read for its enhanced code alone, never passed on. */
  readonly response: string;
}

const rateWords = /too many|rate|limit|throttl|quota exceeded|频率|过快/i;

export function smtpFailure(problem: SmtpProblem): Refusal {
  const { responseCode } = problem;
  if (responseCode === null) return connectionFailure(problem.code ?? '');
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(problem.response)?.[1] ?? null;
  const code = enhanced === null ? String(responseCode) : `${responseCode} ${enhanced}`;
  if (responseCode >= 400 && responseCode < 500) return laterFailure(code, problem.response);
  return finalFailure({ responseCode, enhanced, code, inLogin: problem.code === 'EAUTH' });
}

function laterFailure(code: string, response: string): Refusal {
  if (rateWords.test(response)) return failed({ kind: 'rateLimited', detail: 'tooFast', code });
  return failed({ kind: 'serverError', detail: 'mailTemporary', code });
}

interface Final {
  readonly responseCode: number;
  readonly enhanced: string | null;
  readonly code: string;
  readonly inLogin: boolean;
}

function finalFailure({ responseCode, enhanced, code, inLogin }: Final): Refusal {
  if (inLogin) return failed({ kind: 'unauthorised', detail: 'loginRefused', code });
  switch (responseCode) {
    case 530:
    case 534:
    case 535:
    case 538:
      return failed({ kind: 'unauthorised', detail: 'loginRefused', code });
    case 523:
    case 552:
      // 5.2.2 is the full box of one person, all else the size of the message.
      return enhanced === '5.2.2'
        ? failed({ kind: 'refused', detail: 'mailboxRefused', code })
        : failed({ kind: 'tooLarge', detail: 'tooLong', code });
    case 550:
    case 551:
    case 553:
      return failed({ kind: 'refused', detail: 'mailboxRefused', code });
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
    case 521:
      return failed({ kind: 'misconfigured', detail: 'mailProtocol', code });
    default:
      if (enhanced === '5.3.4') return failed({ kind: 'tooLarge', detail: 'tooLong', code });
      return failed({ kind: 'refused', detail: 'senderRefused', code });
  }
}

function connectionFailure(code: string): Refusal {
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return failed({ kind: 'unauthorised', detail: 'loginRefused', code });
    case 'ETLS':
      return failed({ kind: 'misconfigured', detail: 'noTls', code });
    case 'ETIMEDOUT':
      return failed({ kind: 'timeout', detail: 'deadline', code });
    case 'ECONNECTION':
    case 'ECONNRESET':
    case 'EPIPE':
      // Which word was the last is not known: the mail may have been taken.
      return failed({ kind: 'timeout', detail: 'cut', code });
    case 'EDNS':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed({ kind: 'unreachable', detail: 'unresolved', code });
    case 'EENVELOPE':
      return failed({ kind: 'refused', detail: 'mailboxRefused', code });
    case 'EMESSAGE':
      return failed({ kind: 'refused', detail: 'senderRefused', code });
    case 'EPROTOCOL':
      return failed({ kind: 'serverError', detail: 'mailProtocol', code });
    default:
      if (/CERT|SSL|SIGNATURE|ISSUER|ALTNAME/.test(code)) return failed({ kind: 'misconfigured', detail: 'untrusted', code });
      return failed({ kind: 'unreachable', detail: 'unreachable', code: code === '' ? null : code });
  }
}
