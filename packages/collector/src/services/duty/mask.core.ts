/** Addresses of people and keys of robots as they may be shown: enough to recognise one's own, too little to use. */
import type { RecipientDto } from '@cardwatch/contracts/api';
import type { Recipient } from '@cardwatch/contracts/watch';

const stars = '****';

/** `138****5678`, `l****@example.edu`, `https://qyapi.example/****`, otherwise the first two characters at most. */
export function maskAddress(address: string): string {
  const web = /^https?:\/\/([^/?#@]*@)?([^/?#]+)/i.exec(address);
  if (web !== null) return `https://${web[2] ?? ''}/${stars}`;
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address.slice(0, 1)}${stars}${address.slice(at)}`;
  if (/^\+?\d{7,15}$/.test(address)) return `${address.slice(0, 3)}${stars}${address.slice(-4)}`;
  return `${address.slice(0, Math.min(2, Math.floor(address.length / 4)))}${stars}`;
}

export const recipientDto = ({ addresses, ...shown }: Recipient): RecipientDto => ({
  ...shown,
  addresses: addresses.map(({ channel, address }) => ({ channel, masked: maskAddress(address) })),
});
