import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The process's own figures and the connected clients, in Prometheus' text format. */
export function createMetrics(clients: () => number): () => Promise<string> {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'diwan_' });
  new Gauge({
    name: 'diwan_socket_clients',
    help: 'Clients connected over Socket.IO',
    registers: [register],
    collect() {
      this.set(clients());
    },
  });
  return () => register.metrics();
}
