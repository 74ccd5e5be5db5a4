/** The product's name, drawn: it looks the same in every language and with every font. */
export function Wordmark({ height = 26 }: { height?: number }) {
  return (
    <svg role="img" aria-label="Diwan" height={height} viewBox="0 0 91 26" fill="none" style={{ display: 'block' }}>
      <g stroke="currentColor" strokeWidth="2.7" strokeLinecap="round" strokeLinejoin="round">
        <path d="M3 4v18h5.2a9 9 0 0 0 0-18z" />
        <path d="M25 11v11" />
        <path d="M32.5 11l4.3 11 4.6-10.4L46 22l4.3-11" />
        <path d="M68.5 11v11" />
        <circle cx="62.4" cy="16.4" r="5.6" />
        <path d="M76.5 11v11m0-5.4a5.5 5.5 0 0 1 11 0V22" />
      </g>
      <circle cx="25" cy="4.6" r="2.3" fill="var(--wordmark-dot, var(--diwan-accent))" />
    </svg>
  );
}
