import type { Socket } from 'socket.io-client';
import { type Client, call, connected } from '../contract/client.ts';

const first = ['Amina', 'Karim', 'Lina', 'Yacine', 'Nadia', 'Sofiane', 'ليلى', 'Marie-Hélène', 'عبد الرحمن', 'Omar'];
const last = ['Benali', 'Haddad', 'Meziane', 'بن يوسف', 'Aït Ouyahia', 'Durand de la Fontaine'];

/** People in a room by its own signalling, without a browser: seats and names, and no media. */
export async function crowdIn(client: Client, roomId: string, count: number) {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = client.socket();
    sockets.push(socket);
    await connected(socket);
    const name = `${first[index % first.length]} ${last[(index * 5) % last.length]}`;
    await call(socket, 'room:join', { roomId, name });
  }
  return {
    /** All of them leave, as people do. */
    async close() {
      for (const socket of sockets.splice(0)) {
        await call(socket, 'room:leave', {});
        socket.close();
      }
    },
  };
}
