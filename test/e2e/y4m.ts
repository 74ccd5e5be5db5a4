import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * A camera for Chromium's `--use-file-for-fake-video-capture`: a bright disc that moves over a gradient, so that no frame is like the
 * one before. Two seconds of it, which Chromium repeats.
 * @see https://wiki.multimedia.cx/index.php/YUV4MPEG2
 */
export function writeCamera(
  file: string,
  { width, height, framesPerSecond }: { width: number; height: number; framesPerSecond: number },
): void {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  const count = framesPerSecond * 2;
  const radius = height / 6;
  for (let index = 0; index < count; index++) {
    const luma = Buffer.alloc(width * height);
    const turn = (2 * Math.PI * index) / count;
    const [x0, y0] = [width * (0.5 + 0.3 * Math.cos(turn)), height * (0.5 + 0.3 * Math.sin(turn))];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        luma[y * width + x] = Math.hypot(x - x0, y - y0) < radius ? 235 : 60 + (100 * x) / width;
    const chroma = Buffer.alloc((width * height) / 2, 128).fill(108, 0, (width * height) / 4);
    writeSync(out, 'FRAME\n');
    writeSync(out, luma);
    writeSync(out, chroma);
  }
  closeSync(out);
}
