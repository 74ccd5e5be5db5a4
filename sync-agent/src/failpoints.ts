/**
 * Every step at which the agent can be told to die, and what is half done there: `DIWAN_SYNC_FAILPOINT=name[:nth]` ends the process
 * by SIGKILL when it comes by for the nth time. For tests only; test/sync-cases/failpoints.test.ts dies at each of them.
 */
export const failpoints = {
  'add.marked': 'the folder bears its mark, the pair is not saved',
  'settings.written': 'new settings lie beside the old ones',
  'scan.done': 'the disk was looked at, nothing is noted',
  'changes.answered': 'the hub told its changes, nothing is noted',
  'changes.noted': 'the hub’s changes and the cursor are noted, nothing is done',
  'records.open': 'a transaction is filled, not committed',
  'records.kept': 'a transaction is committed',
  'here.moved': 'a name was moved, its folder not synced',
  'here.removed': 'a file or folder was removed, its folder not synced',
  'here.made': 'a folder was made, its parent not synced',
  'here.set': 'a file was made executable, or not',
  'here.synced': 'folders are synced, nothing is noted',
  'here.noted': 'changes of names here are noted',
  'there.answered': 'the hub changed names, nothing is noted',
  'there.noted': 'changes of names there are noted',
  'upload.read': 'a piece of a file was read, nothing is sent',
  'upload.packed': 'the hub has chunks, no commit names them',
  'upload.announced': 'noted what is about to be committed',
  'upload.answered': 'the hub has the file, it is not noted',
  'upload.noted': 'an upload is noted',
  'download.begun': 'a temporary file is there, empty',
  'download.written': 'a temporary file is whole, not synced',
  'download.synced': 'a temporary file is on the disk for good',
  'file.held': 'a file that is to be replaced, removed or moved is out of the way',
  'download.replaced': 'the new file is in its place, the old one is still held',
  'download.aside': 'both edited: the file here has its new name, the other is not here yet',
  'download.placed': 'a file is in its place, its folder not synced',
  'download.flushed': 'files and folders are synced, nothing is noted',
  'download.noted': 'downloads are noted',
  'link.doubled': 'a temporary or held file has its new name too',
  'move.doubled': 'a file that moves has its old and its new name',
  'part.begun': 'the part of a long download is there, empty',
  'part.filled': 'a piece of it was written',
  'part.synced': 'it is whole and on the disk for good',
  'pass.done': 'all is done and noted',
  'status.written': 'a new status lies beside the old one',
} as const;
export type Failpoint = keyof typeof failpoints;

const [armed, nth = '1'] = (process.env.DIWAN_SYNC_FAILPOINT ?? '').split(':');
let left = Number(nth);

export function reached(step: Failpoint): void {
  if (step === armed && --left === 0) process.kill(process.pid, 'SIGKILL');
}
