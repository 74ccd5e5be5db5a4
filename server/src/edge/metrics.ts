import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Vroom } from '../vroom/vroom.ts';

interface Sources {
  /** Clients connected over Socket.IO. */
  clients: () => number;
  vroom: Vroom['stats'];
}

/** The process's own figures, the connected clients and the meetings, in Prometheus' text format. */
export function createMetrics({ clients, vroom }: Sources): () => Promise<string> {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'diwan_' });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `diwan_${name}`,
      help,
      registers: [register],
      collect() {
        this.set(value());
      },
    });
  gauge('socket_clients', 'Clients connected over Socket.IO', clients);
  gauge('vroom_rooms', 'Meetings in progress', () => vroom().rooms);
  gauge('vroom_participants', 'People in meetings', () => vroom().participants);
  gauge('vroom_workers', 'Media workers that run', () => vroom().workers.length);
  return () => register.metrics();
}
