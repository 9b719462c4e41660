/** Four numbers up to 255 without leading zeros. */
export const isPlainIpv4 = (text: string): boolean =>
  /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part);
