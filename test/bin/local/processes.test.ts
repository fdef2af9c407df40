import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endGroup, groupLives } from '../../../bin/local/processes';

/** A process group whose members ignore a polite request, children included. */
async function givenStubbornGroup(): Promise<number> {
  const script = `
    process.on('SIGTERM', () => {});
    require('node:child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('no process');
  return child.pid;
}

describe('endGroup', () => {
  it('ends a group with its children by force when asking does not help', async () => {
    const group = await givenStubbornGroup();
    expect(groupLives(group)).toBe(true);
    await endGroup(group, 50);
    expect(groupLives(group)).toBe(false);
  });

  it('takes a group that is gone for ended', async () => {
    const group = await givenStubbornGroup();
    await endGroup(group, 0);
    await expect(endGroup(group, 0)).resolves.toBeUndefined();
  });
});
