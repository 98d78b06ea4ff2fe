// Loaded into every process of a run (NODE_OPTIONS): any connection but a local pipe ends the process with exit code 99.
import dns from 'node:dns';
import net from 'node:net';

function refuse(what) {
  process.stderr.write(`network used: ${what}\n`);
  process.exit(99);
}
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof options === 'string' || options?.path !== undefined) return connect.apply(this, args);
  return refuse(`connect ${JSON.stringify(options)}`);
};
dns.lookup = (host) => refuse(`lookup ${host}`);
net.Server.prototype.listen = () => refuse('listen');
