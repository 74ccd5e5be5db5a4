import { styleText } from 'node:util';
import { pauseText, problemList } from '../locale/sentences.ts';
import type { PairStatus } from './output.ts';
import type { Shell } from './shell.ts';

type Color = Parameters<typeof styleText>[0];

/** Colour where the terminal has it and NO_COLOR is not set. */
const paint = (color: Color, text: string) => styleText(color, text, { stream: process.stdout, validateStream: true });

const colors: Record<PairStatus['phase'], Color> = {
  checking: 'cyan',
  transferring: 'cyan',
  synced: 'green',
  incomplete: 'yellow',
  paused: 'yellow',
  stopped: 'dim',
};
const CONFLICTS_LISTED = 10;

/** What a person reads of a pair. */
export function statusText(status: PairStatus, { say, agentSay, format, language }: Shell): string {
  const { folder, account, hub, running, phase, lastSync, files, pending, pause, problems, conflicts } = status;
  const state = running ? agentSay.phases[phase] : say.notRunning;
  const rows = [
    `${paint('bold', folder)}  <->  ${account} @ ${hub}`,
    `  ${say.rows.state}: ${paint(colors[phase], state)}`,
    ...transferRows(status, format),
    ...(pause ? [`  ${paint('yellow', pauseText(pause, language))}`] : []),
    `  ${say.rows.last}: ${lastSync === null ? say.never : format.moment(lastSync)}`,
    `  ${say.rows.files}: ${format.count(files)}`,
    ...(status.ignored > 0 ? [`  ${say.ignored}: ${format.count(status.ignored)}`] : []),
    `  ${say.rows.pending}: ${format.count(pending)}`,
    `  ${say.rows.conflicts}: ${format.count(conflicts.length)}`,
    ...conflicts.slice(0, CONFLICTS_LISTED).map(({ copy, path }) => `    ${path} -> ${copy}`),
  ];
  if (conflicts.length > CONFLICTS_LISTED) rows.push(`    … +${conflicts.length - CONFLICTS_LISTED}`);
  if (status.watchLimited) rows.push(`  ${agentSay.watchLimited}`);
  if (problems.length > 0) rows.push(problemList(problems, agentSay));
  if (!running) rows.push(`  ${say.nothingRuns}`);
  return rows.join('\n');
}

function transferRows({ transfer }: PairStatus, format: Shell['format']): string[] {
  if (!transfer || transfer.files === 0) return [];
  const { files, filesDone, bytes, bytesDone, up, down } = transfer;
  const part = bytes > 0 ? bytesDone / bytes : filesDone / files;
  const amounts = `${format.bytes(bytesDone)} / ${format.bytes(bytes)}  (${format.count(filesDone)} / ${format.count(files)})`;
  return [`  ${bar(part)} ${format.percent(part)}  ${amounts}`, `  ↑ ${format.bytes(up)}/s  ↓ ${format.bytes(down)}/s`];
}

const WIDTH = 30;

/** @param part from 0 to 1 */
export function bar(part: number): string {
  const full = Math.round(Math.min(Math.max(part, 0), 1) * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
}
