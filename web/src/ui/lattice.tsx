/** Eight-pointed stars and crosses, as on the tiles of a council room. */
export function Lattice({ className }: { className?: string | undefined }) {
  return (
    <svg className={className} width="100%" height="100%" aria-hidden="true">
      <defs>
        <pattern id="lattice" width="72" height="72" patternUnits="userSpaceOnUse">
          <path
            d="M36 10l7.6 7.6H54.4v10.8L62 36l-7.6 7.6v10.8H43.6L36 62l-7.6-7.6H17.6V43.6L10 36l7.6-7.6V17.6h10.8zM36 10V0m0 62v10M62 36h10M10 36H0"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
          />
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#lattice)" />
    </svg>
  );
}
