/** Far from one another, and readable under white letters. */
const colors = ['#c2410c', '#0f766e', '#7c3aed', '#b91c5c', '#1d4ed8', '#4d7c0f', '#a16207', '#0e7490'] as const;

/** Of somebody's cursor and pointer: the same for all who see it. */
export function colorOf(participantId: string): { color: string; colorLight: string } {
  let sum = 0;
  for (const character of participantId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0x7fffffff;
  const color = colors[sum % colors.length] as string;
  return { color, colorLight: `${color}55` };
}
