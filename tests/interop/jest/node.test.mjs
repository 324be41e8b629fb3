/** @jest-environment node */
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { hearTomorrow } from './tomorrow.mjs';

const Backendless = createRequire(import.meta.url)('backendless-8');

test('a listener gets tomorrow’s message after one POST', async () => {
  expect(await hearTomorrow(Backendless, 'jest node')).toEqual({
    before: [], settled: true, delivered: ['good morning'], heard: ['good morning'],
  });
});
