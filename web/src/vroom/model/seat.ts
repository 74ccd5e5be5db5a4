/** The seat lives as long as the tab: a reload takes the same place again, a second tab takes its own. */
export interface Seats {
  get: (roomId: string) => string | undefined;
  set: (roomId: string, seat: string) => void;
  forget: (roomId: string) => void;
}

const key = (roomId: string) => `diwan.seat.${roomId}`;

export function seatsIn(storage: Storage): Seats {
  return {
    get: (roomId) => storage.getItem(key(roomId)) ?? undefined,
    set: (roomId, seat) => storage.setItem(key(roomId), seat),
    forget: (roomId) => storage.removeItem(key(roomId)),
  };
}
