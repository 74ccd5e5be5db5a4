// A process of its own: what breaks a decoder breaks this, and not the hub. One picture at a time, told and answered by message.
import sharp, { type Sharp } from 'sharp';
import { drawFirstPage } from './first-page.ts';

/** A decoded picture may take four bytes a pixel. */
const mostPixels = 100_000_000;

sharp.concurrency(1);
sharp.cache(false);
// Only the decoders of the types that are previewed, whatever the bytes say they are.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif', 'Tiff', 'Svg'].map((format) => `VipsForeignLoad${format}`),
});

process.on('disconnect', () => process.exit());
process.on('message', async ({ bytes, edge, mediaType }: { bytes: Uint8Array; edge: number; mediaType: string }) => {
  try {
    const picture = mediaType === 'application/pdf' ? await pageOf(bytes, edge) : upright(bytes);
    const rendered = await picture
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    process.send?.({ rendered });
  } catch (error) {
    process.send?.({ refused: error instanceof Error ? error.message : String(error) });
  }
});

const upright = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true, pages: 1 }).autoOrient();

async function pageOf(bytes: Uint8Array, edge: number): Promise<Sharp> {
  const { data, width, height } = await drawFirstPage(bytes, edge);
  return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
}
