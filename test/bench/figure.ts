import { availableParallelism, loadavg } from 'node:os';

/** One figure beside its floor, as design.md gives the fields. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** What bare Node or the bare client reaches here and now, where there is such a thing. */
  floor?: number;
  floorIs?: string;
  /** Of ours to the floor, as the median over rounds. */
  ratio?: number;
  target: string;
  holds: boolean;
  rounds: number;
  /** Lowest and highest over the rounds: of the ratio where there is a floor, else of the value. */
  spread: [number, number];
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const rounded = (value: number) => Number(value.toPrecision(3));
const spreadOf = (values: readonly number[]): [number, number] => [
  rounded(Math.min(...values)),
  rounded(Math.max(...values)),
];

/** Ours against its floor, both measured in every round; more is better. */
export function againstFloor(
  about: Pick<Figure, 'figure' | 'unit' | 'floorIs'> & { atLeast: number },
  rounds: readonly { ours: number; floor: number }[],
): Figure {
  const { atLeast, ...rest } = about;
  const ratios = rounds.map(({ ours, floor }) => ours / floor);
  const ratio = median(ratios);
  return {
    ...rest,
    value: rounded(median(rounds.map(({ ours }) => ours))),
    floor: rounded(median(rounds.map(({ floor }) => floor))),
    ratio: rounded(ratio),
    target: `ratio >= ${atLeast}`,
    holds: ratio >= atLeast,
    rounds: rounds.length,
    spread: spreadOf(ratios),
  };
}

/** A value that has a limit of its own. */
export function againstLimit(
  about: Pick<Figure, 'figure' | 'unit'> & ({ atMost: number } | { atLeast: number }),
  values: readonly number[],
): Figure {
  const { figure, unit } = about;
  const value = median(values);
  const [target, holds] =
    'atMost' in about ? [`<= ${about.atMost}`, value <= about.atMost] : [`>= ${about.atLeast}`, value >= about.atLeast];
  return { figure, value: rounded(value), unit, target, holds, rounds: values.length, spread: spreadOf(values) };
}

/** The table, or with --json a line for each figure and nothing else on stdout. */
export function reporter(json: boolean) {
  return (figure: Figure): void => {
    if (json) {
      console.log(JSON.stringify(figure));
      return;
    }
    const floor =
      figure.floor === undefined ? '' : `floor ${figure.floor} (${figure.floorIs}), ratio ${figure.ratio}, `;
    const [low, high] = figure.spread;
    console.log(
      `${figure.holds ? 'ok  ' : 'MISS'} ${figure.figure.padEnd(26)} ${String(figure.value).padStart(7)} ${figure.unit.padEnd(8)}` +
        ` ${floor}target ${figure.target}, ${figure.rounds} rounds ${low}..${high}`,
    );
  };
}

/** Beside the figures, on stderr: what else the machine was doing. */
export function sayLoad(when: string): void {
  const [one = 0, five = 0] = loadavg();
  console.error(
    `${when}: load ${one.toFixed(1)} (1 min), ${five.toFixed(1)} (5 min) on ${availableParallelism()} cores`,
  );
}
