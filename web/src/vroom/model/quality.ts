import type { Rates } from './stats.ts';

export type Grade = 'good' | 'fair' | 'poor';

/** A grade, and how often in a row another one was seen. */
export interface Standing {
  grade: Grade;
  doubt: number;
}

/** Fewer packets than this between two looks say nothing: a microphone in silence sends next to none (DTX). */
const enough = 15;

/**
 * How a stream is for a person, 0 (useless) to 100; null when too little came to tell. After the E-model (ITU-T G.107), as far as a
 * browser can know its terms: delay, loss that error correction does not cover, and what was seen and heard of it.
 */
export function scoreOf(rates: Rates, rttMs: number | null): number | null {
  if (rates.packets < enough && rates.loss === 0) return null;
  const delay = (rates.rttMs ?? rttMs ?? 0) / 2 + rates.jitterMs * 2;
  const late = 0.024 * delay + (delay > 177 ? 0.11 * (delay - 177) : 0);
  // Sound survives more: Opus carries the packet before in each one (in-band FEC).
  const bearable = rates.kind === 'audio' ? 0.15 : 0.08;
  const missing = 95 * (rates.loss / (rates.loss + bearable));
  const seen = 120 * rates.frozen + 150 * rates.concealed;
  return Math.max(0, Math.min(100, 100 - late - missing - seen));
}

const fairBelow = 80;
const poorBelow = 55;
/** A better grade must be clear, a worse one too: at the border the sign would blink. */
const margin = 4;

function gradeOf(score: number, now: Grade): Grade {
  const fair = fairBelow + (now === 'good' ? -margin : margin);
  const poor = poorBelow + (now === 'poor' ? margin : -margin);
  return score < poor ? 'poor' : score < fair ? 'fair' : 'good';
}

/** Looks in a row before a sign changes: a fault is shown sooner than its end. */
const patience = { worse: 2, better: 4 } as const;
const rank: Record<Grade, number> = { poor: 0, fair: 1, good: 2 };

export const unknownStanding: Standing = { grade: 'good', doubt: 0 };

/** The standing after one more score; nothing is learned from null. */
export function afterScore(standing: Standing, score: number | null): Standing {
  if (score === null) return standing;
  const seen = gradeOf(score, standing.grade);
  if (seen === standing.grade) return standing.doubt === 0 ? standing : { ...standing, doubt: 0 };
  const doubt = standing.doubt + 1;
  const needed = rank[seen] < rank[standing.grade] ? patience.worse : patience.better;
  return doubt >= needed ? { grade: seen, doubt: 0 } : { ...standing, doubt };
}

/** The worst of several streams is how a person is seen and heard. */
export function worstOf(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null);
  return known.length === 0 ? null : Math.min(...known);
}
