// One voice for the set-up. It speaks on stderr: stdout belongs to what is started afterwards.
const terminal = process.stderr.isTTY;
let open = false;

/** Says one line. */
export function say(text) {
  endProgress();
  process.stderr.write(`[setup] ${text}\n`);
}

/** Shows how far a long step is, on one line that is overwritten (in a log: one line for each tenth of the way). */
export function progress(what, done, all) {
  if (terminal) {
    process.stderr.write(`\r\x1b[K[setup] ${what} ${done}/${all}`);
    open = done < all;
    if (!open) process.stderr.write('\n');
  } else if (Math.floor((10 * done) / all) > Math.floor((10 * (done - 1)) / all)) {
    process.stderr.write(`[setup] ${what} ${done}/${all}\n`);
  }
}

function endProgress() {
  if (open) process.stderr.write('\n');
  open = false;
}
