import { expect, test } from 'vitest';
import { startNodeExporter } from './node-exporter.ts';
import { describeWith } from './tool.ts';

describeWith(['node_exporter'], 'node_exporter for tests', () => {
  test('shows the metrics of the chosen collectors alone', async () => {
    await using exporter = await startNodeExporter(['loadavg', 'meminfo']);
    const page = await (await fetch(exporter.url)).text();
    expect(page).toMatch(/^node_load1 \d/m);
    expect(page).toMatch(/^node_memory_MemAvailable_bytes \d/m);
    expect(page).not.toContain('node_cpu_seconds_total');
  });
});
