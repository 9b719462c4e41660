import { describe, expect, test } from 'vitest';
import { smtpFailure } from './smtp-failure.core.ts';

describe('an answer by SMTP', () => {
  test.each([
    // code, responseCode, response -> kind, code
    ['EAUTH', 535, '535 5.7.8 bad password', 'unauthorised', '535 5.7.8'],
    ['EAUTH', 554, '554 5.7.0 too many failures', 'unauthorised', '554 5.7.0'],
    ['EAUTH', 454, '454 4.7.0 try again', 'serverError', '454 4.7.0'],
    ['EENVELOPE', 421, '421 closing', 'serverError', '421'],
    ['EENVELOPE', 450, '450 4.2.0 greylisted', 'serverError', '450 4.2.0'],
    ['EENVELOPE', 450, '450 4.7.28 rate limit exceeded', 'rateLimited', '450 4.7.28'],
    ['EENVELOPE', 452, '452-4.5.3 too many recipients', 'rateLimited', '452 4.5.3'],
    ['EENVELOPE', 550, '550 5.1.1 unknown', 'refused', '550 5.1.1'],
    ['EENVELOPE', 551, '551 not local', 'refused', '551'],
    ['EENVELOPE', 553, '553 bad', 'refused', '553'],
    ['EENVELOPE', 530, '530 5.7.0 STARTTLS first', 'unauthorised', '530 5.7.0'],
    ['EMESSAGE', 552, '552 5.3.4 too big', 'tooLarge', '552 5.3.4'],
    ['EMESSAGE', 552, '552 too big', 'tooLarge', '552'],
    ['EMESSAGE', 552, '552 5.2.2 over quota', 'refused', '552 5.2.2'],
    ['EMESSAGE', 523, '523 too big', 'tooLarge', '523'],
    ['EMESSAGE', 554, '554 5.3.4 too big', 'tooLarge', '554 5.3.4'],
    ['EMESSAGE', 554, '554 5.7.1 spam', 'refused', '554 5.7.1'],
    ['EPROTOCOL', 500, '500 what', 'misconfigured', '500'],
    ['EPROTOCOL', 502, '502 no', 'misconfigured', '502'],
    ['EAUTH', null, '', 'unauthorised', 'EAUTH'],
    ['ENOAUTH', null, '', 'unauthorised', 'ENOAUTH'],
    ['ETLS', null, '', 'misconfigured', 'ETLS'],
    ['SELF_SIGNED_CERT_IN_CHAIN', null, '', 'misconfigured', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['CERT_HAS_EXPIRED', null, '', 'misconfigured', 'CERT_HAS_EXPIRED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', null, '', 'misconfigured', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['ETIMEDOUT', null, '', 'timeout', 'ETIMEDOUT'],
    ['EDNS', null, '', 'unreachable', 'EDNS'],
    ['ENOTFOUND', null, '', 'unreachable', 'ENOTFOUND'],
    ['ECONNREFUSED', null, '', 'unreachable', 'ECONNREFUSED'],
    ['ECONNRESET', null, '', 'timeout', 'ECONNRESET'],
    ['EPIPE', null, '', 'timeout', 'EPIPE'],
    ['ECONNECTION', null, '', 'timeout', 'ECONNECTION'],
    ['EHOSTUNREACH', null, '', 'unreachable', 'EHOSTUNREACH'],
    ['ESOCKET', null, '', 'unreachable', 'ESOCKET'],
    ['EPROTOCOL', null, '', 'serverError', 'EPROTOCOL'],
    ['EENVELOPE', null, '', 'refused', 'EENVELOPE'],
    ['EMESSAGE', null, '', 'refused', 'EMESSAGE'],
    [null, null, '', 'unreachable', null],
  ])('%s %s %j: %s %s', (code, responseCode, response, kind, kept) => {
    expect(smtpFailure({ code, responseCode, response }).error).toMatchObject({ kind, code: kept });
  });
});
