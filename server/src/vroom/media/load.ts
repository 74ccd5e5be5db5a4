/** What a worker carries. */
export interface Carries {
  routers: number;
  transports: number;
  producers: number;
  consumers: number;
  /** Streams that came from other workers. */
  piped: number;
  /** People whose transports are being opened. */
  settling: number;
}

/** In consumers: what there is, or what is to be expected of so many people (two transports each, at least two others to hear and see). */
export const loadOf = ({ consumers, transports, settling }: Carries): number =>
  Math.max(consumers, 2 * transports + 4 * settling);
