import type { Request } from 'express';
import { piecesOf } from '../../objects/pieces.ts';

/** The raw body, piece by piece; when the reader stops, the client can still be answered. */
export const bodyOf = (req: Request): AsyncIterable<Uint8Array> => piecesOf(req);
