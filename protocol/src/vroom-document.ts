import { z } from 'zod';

// What people write and draw together in a meeting: one yjs document (https://docs.yjs.dev), kept by the hub, that each who looks at it has
// a copy of. A change is told as yjs encodes it (its "update"); whoever comes, or comes back, says what they have (a "state vector") and is
// given what they lack, and gives what the hub lacks.

const Id = z.string().min(1).max(64);
const nothing = z.object({});

/** Characters of the longest notes: about a hundred pages. */
export const longestNotes = 200_000;
/** Bytes of the largest document, encoded. */
export const largestDocument = 2 * 1024 * 1024;
/** Bytes of one piece of an update. */
export const largestPiece = 128 * 1024;
/** Where in the document the notes (a Y.Text, in Markdown) and the drawing (a Y.Map of elements by their id) are. */
export const notesKey = 'notes';
export const boardKey = 'board';

/** As binary data comes: from a browser's socket as ArrayBuffer, from Node's as Buffer. */
const bytes = (most: number) =>
  z
    .custom<Uint8Array | ArrayBuffer>((data) => data instanceof Uint8Array || data instanceof ArrayBuffer, 'not bytes')
    .transform((data): Uint8Array => (data instanceof ArrayBuffer ? new Uint8Array(data) : data))
    .refine((data) => data.byteLength <= most, { message: `over ${most} bytes` });

const finite = z.number().min(-1e9).max(1e9);
const Point = z.tuple([finite, finite]);
const Bound = z.looseObject({ elementId: Id }).nullish();
/**
 * What is drawn: Excalidraw's elements of the kinds that bring nothing from elsewhere, so neither pictures nor embedded pages. What it
 * says of their look is left to it, but in the form that it draws: a wrong one would stop the boards of all others.
 */
export const BoardElement = z.looseObject({
  id: Id,
  type: z.enum(['rectangle', 'diamond', 'ellipse', 'arrow', 'line', 'freedraw', 'text', 'frame']),
  x: finite,
  y: finite,
  width: finite,
  height: finite,
  version: z.int().min(0),
  versionNonce: z.int().min(0),
  isDeleted: z.boolean(),
  /** Its place among the others, from back to front. */
  index: z.string().max(200).nullable().optional(),
  angle: finite.optional(),
  strokeColor: z.string().max(100).optional(),
  backgroundColor: z.string().max(100).optional(),
  fillStyle: z.string().max(100).optional(),
  strokeStyle: z.string().max(100).optional(),
  strokeWidth: finite.optional(),
  roughness: finite.optional(),
  opacity: finite.optional(),
  roundness: z.looseObject({ type: z.int() }).nullish(),
  groupIds: z.array(Id).max(100).optional(),
  frameId: Id.nullish(),
  boundElements: z.array(z.looseObject({ id: Id, type: z.string() })).nullish(),
  link: z.string().max(2000).nullish(),
  locked: z.boolean().optional(),
  /** Of lines and of what is drawn by hand. */
  points: z.array(Point).max(50_000).optional(),
  pressures: z.array(finite).max(50_000).optional(),
  lastCommittedPoint: Point.nullish(),
  startBinding: Bound,
  endBinding: Bound,
  /** Of texts. */
  text: z.string().optional(),
  originalText: z.string().optional(),
  fontSize: finite.optional(),
  fontFamily: finite.optional(),
  lineHeight: finite.optional(),
  containerId: Id.nullish(),
  /** Of frames. */
  name: z.string().max(1000).nullish(),
});
export type BoardElement = z.infer<typeof BoardElement>;

/** A copy of the document has a number of its own (yjs's clientID); what is written in one is known by it. */
const ClientId = z
  .int()
  .min(0)
  .max(2 ** 53 - 1);

const Item = z.strictObject({ client: ClientId, clock: z.int().min(0) });
/** A place in the text that moves with it (yjs's RelativePosition). */
const Place = z.strictObject({
  type: Item.nullish(),
  tname: z.literal(notesKey).nullish(),
  item: Item.nullish(),
  assoc: z.int().min(-1).max(0).optional(),
});

/** Where somebody is in the document: in the text, on the drawing. Who they are is known by their place in the meeting. */
export const Whereabouts = z.strictObject({
  cursor: z.strictObject({ anchor: Place, head: Place }).nullable(),
  pointer: z.strictObject({ x: finite, y: finite, down: z.boolean() }).nullable(),
});
export type Whereabouts = z.infer<typeof Whereabouts>;

const Shown = z.object({ participantId: z.string(), clientId: ClientId, at: Whereabouts });
export type Shown = z.infer<typeof Shown>;

/** The board is on everybody's stage, as a shared screen is: who put it there. */
export const ShownBoard = z.object({ participantId: z.string(), name: z.string() });
export type ShownBoard = z.infer<typeof ShownBoard>;

/** What can be put among one's files: the notes as Markdown, the drawing as Excalidraw writes it. */
export const DocumentPart = z.enum(['notes', 'board']);
export type DocumentPart = z.infer<typeof DocumentPart>;

export const documentCalls = {
  /** From now on its changes are told. `documentId`: the one that the caller has a copy of; another one is begun anew. */
  'document:open': {
    request: z.strictObject({ documentId: Id.nullable(), clientId: ClientId, vector: bytes(64 * 1024) }),
    answer: z.object({
      documentId: z.string(),
      /** What the caller lacks. */
      update: bytes(2 * largestDocument),
      /** What the hub has. */
      vector: bytes(largestDocument),
      others: z.array(Shown),
    }),
  },
  'document:close': { request: z.strictObject({}), answer: nothing },
  /**
   * Refused as a whole with `document_full`, or `document_out_of_step` when it stands on what the hub does not have: open again. `more`:
   * a piece, the next one follows.
   */
  'document:update': {
    request: z.strictObject({ documentId: Id, update: bytes(largestPiece), more: z.boolean().default(false) }),
    answer: nothing,
  },
  'document:show': { request: z.strictObject({ at: Whereabouts }), answer: nothing },
  /** Puts it among the caller's own files, as a new version where it is there already. `name`: the file's. */
  'document:file': {
    request: z.strictObject({ part: DocumentPart }),
    answer: z.object({ folder: z.string(), name: z.string() }),
  },
  /**
   * Puts the board on everybody's stage, by whom it may be drawn on; or takes it away, by who put it there or is in charge, or by whoever may
   * draw when who put it there is gone. Refused with `host_forbids`, `forbidden`.
   */
  'board:show': { request: z.strictObject({ shown: z.boolean() }), answer: nothing },
} as const;

export const documentEvents = {
  /** To who opened the document. */
  'document:updated': z.object({ documentId: z.string(), update: bytes(2 * largestDocument) }),
  'document:shown': Shown,
  /** To all. */
  'board:shown': z.object({ board: ShownBoard.nullable() }),
  /** To all but who draws, now and then while they do. */
  'board:drawn': z.object({ participantId: z.string() }),
} as const;
