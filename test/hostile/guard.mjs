// Preloaded into a process under test: nobody may open a socket or ask for a name, and the peak of memory is told at the end.
import dns from 'node:dns';
import net from 'node:net';

const refuse = (what) => () => {
  process.stderr.write(`guard: ${what}\n`);
  process.exit(99);
};
net.Socket.prototype.connect = refuse('a socket was opened');
net.Server.prototype.listen = refuse('a port was opened');
dns.lookup = refuse('a name was looked up');
process.on('exit', () => process.stderr.write(`guard: peak ${process.resourceUsage().maxRSS} kB\n`));
