/** A Modbus/TCP server for the bench `points`: answers every FC 03 from counting registers, in a process of its own so that the poller has its core to itself. */
import { createServer } from 'node:net';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= 12) {
      socket.write(reply(rest.subarray(0, 12)));
      rest = rest.subarray(12);
    }
  });
});

/** Registers hold their own address: what is read can be checked. */
function reply(request: Buffer): Buffer {
  const address = request.readUInt16BE(8);
  const quantity = request.readUInt16BE(10);
  const frame = Buffer.alloc(9 + 2 * quantity);
  request.copy(frame, 0, 0, 4);
  frame.writeUInt16BE(3 + 2 * quantity, 4);
  frame.writeUInt8(request.readUInt8(6), 6);
  frame.writeUInt8(3, 7);
  frame.writeUInt8(2 * quantity, 8);
  for (let i = 0; i < quantity; i++) frame.writeUInt16BE(address + i, 9 + 2 * i);
  return frame;
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
process.on('disconnect', () => process.exit(0));
