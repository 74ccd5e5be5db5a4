import { call, connection, onEvent } from '../wire/socket.ts';
import type { Signal } from './model/signal.ts';

const isOpen = () => connection.get() === 'open';

/** The page's one socket, as a meeting uses it. */
export const hubSignal: Signal = {
  call,
  on: onEvent,
  isOpen,
  onLine(listener) {
    let open = isOpen();
    return connection.subscribe(() => {
      if (isOpen() === open) return;
      open = !open;
      listener(open);
    });
  },
};
