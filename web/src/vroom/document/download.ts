/** Gives the browser a file to keep. */
export function download(name: string, content: string | Blob, mediaType: string): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type: mediaType }) : content);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Named by the meeting and this day. */
export function fileName(title: string, ending: string, now = new Date()): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
  const plain = title
    .replace(/[/\\<>:"|?*\p{Cc}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${[...plain].slice(0, 80).join('') || 'V-room'} – ${day}.${ending}`;
}
