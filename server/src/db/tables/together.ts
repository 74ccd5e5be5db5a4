export interface TogetherTables {
  /** The counter of a room's chat: all that happens in it gets the next number, in the same transaction. */
  chats: { roomId: string; lastChange: number };
  /** `authorId` and `toId` are people: an account, or what a guest's token says. */
  chatMessages: {
    roomId: string;
    number: number;
    change: number;
    meetingId: string;
    /** The name of the breakout room in which it was written, as it was then; null: in the main room. */
    breakout: string | null;
    authorId: string;
    /** As they were called then. */
    authorName: string;
    clientId: string;
    /** null: to all. */
    toId: string | null;
    toName: string | null;
    text: string;
    replyTo: number | null;
    sentAt: number;
    editedAt: number | null;
    /** The text is gone then, and the file with it. */
    deletedAt: number | null;
    /** A node of Ibox, and what it was like when it was sent. */
    fileId: string | null;
    fileName: string | null;
    fileSize: number | null;
    fileType: string | null;
    fileWithdrawnAt: number | null;
  };
  /** Who was there when something was written or asked in a meeting, or came later in it: they may read it from then on. */
  meetingPeople: { roomId: string; personId: string; meetingId: string };
  polls: {
    id: string;
    roomId: string;
    meetingId: string;
    /** As for a message. */
    breakout: string | null;
    authorId: string;
    question: string;
    /** Texts, as JSON. */
    options: string;
    multiple: number;
    anonymous: number;
    createdAt: number;
    /** null: open. */
    closedAt: number | null;
  };
  /** One of each person. `choices` are places among the options, as JSON. */
  pollVotes: { pollId: string; personId: string; name: string; choices: string; votedAt: number };
  /** What was written and drawn together in a meeting; there from when somebody first opens it, and gone at the end if it is empty. */
  meetingDocuments: {
    id: string;
    roomId: string;
    /** The meeting whose readers may read it. */
    meetingId: string;
    /** Among whose files it is put at the end. */
    hostId: string;
    title: string;
    /** The name of the breakout room, as it was when the document was begun; null: of the main room. */
    breakout: string | null;
    /** As yjs encodes it. */
    state: Uint8Array;
    /** 1 or 0: whether there is anything in that part. */
    hasNotes: number;
    hasBoard: number;
    startedAt: number;
    /** The hub was there to hold it; what a hub that died left open can be gone on with for a while. */
    seenAt: number;
    endedAt: number | null;
    /** As it is now, it was put among the host's files; or that was refused. */
    filedAt: number | null;
  };
}
