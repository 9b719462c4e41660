import { type Socket, createSocket } from 'node:dgram';

export interface ProbeAnswer {
  readonly urn: string;
  readonly xaddrs: readonly string[];
  readonly scopes: readonly string[];
}

export interface Responder {
  readonly port: number;
  /** Probes heard so far. */
  heard(): number;
  close(): Promise<void>;
}

const match = ({ urn, xaddrs, scopes }: ProbeAnswer): string =>
  `<d:ProbeMatch><wsa:EndpointReference><wsa:Address>${urn}</wsa:Address></wsa:EndpointReference>` +
  `<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>${scopes.join(' ')}</d:Scopes>` +
  `<d:XAddrs>${xaddrs.join(' ')}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`;

const answer = (messageId: string, one: ProbeAnswer): string =>
  '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
  ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"' +
  ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
  `<s:Header><wsa:RelatesTo>${messageId}</wsa:RelatesTo></s:Header><s:Body><d:ProbeMatches>${match(one)}</d:ProbeMatches></s:Body></s:Envelope>`;

/** Answers WS-Discovery probes on a free port of loopback, once for each device; `noise` is sent before, as strangers do. */
export function openResponder(answers: () => readonly ProbeAnswer[], noise: readonly Uint8Array[] = []): Promise<Responder> {
  const socket: Socket = createSocket('udp4');
  let heard = 0;
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('utf8');
    const messageId = /<(?:\w+:)?MessageID>([^<]*)</.exec(text)?.[1];
    if (messageId === undefined || !/Probe/.test(text)) return;
    heard++;
    for (const each of noise) socket.send(each, from.port, from.address);
    for (const each of answers()) socket.send(Buffer.from(answer(messageId, each)), from.port, from.address);
  });
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => {
      const close = (): Promise<void> => new Promise((closed) => socket.close(() => closed()));
      resolve({ port: socket.address().port, heard: () => heard, close });
    });
  });
}
