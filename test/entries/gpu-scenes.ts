/** What a fake GPU goes through while chats come to a server, of which each is one trial. Knows no job. */
import { setTimeout as wait } from 'node:timers/promises'
import {
  aFakeGpu,
  type FakeGpu,
  type FakeNvidiaSmi,
  type FakeScenario,
} from '../adapters/gpu/fake-nvidia-smi.ts'
import type { OnChat } from './ollama-door.ts'

/** At work all the time: clocks of an idle one say nothing. */
const cool = { 'utilization.gpu': '97', 'temperature.gpu': '41' }

/** A cool GPU with these fields. */
export const gpuWith = (fields: FakeGpu): FakeScenario => ({ gpus: [aFakeGpu({ ...cool, ...fields })] })

/** Nothing is wrong. */
export const well: FakeScenario = { ...gpuWith({}), processes: [], failure: null }

/** Somebody else computes on it. */
export const guest: FakeScenario = {
  processes: [{ pid: 4242, name: '/usr/bin/python3', usedMemory: '2048' }],
}

/** The driver has lost it. */
export const lost: FakeScenario = { failure: { kind: 'lost', afterTicks: 0 } }

/** Bits of the reasons for a slowdown, as NVML has them. */
const bits = {
  'sw-power-cap': 0x4,
  'hw-slowdown': 0x8,
  'sw-thermal': 0x20,
  'hw-thermal': 0x40,
  'hw-power-brake': 0x80,
} as const

/** Slowed down for these reasons. */
export const slowed = (reasons: readonly (keyof typeof bits)[], fields: FakeGpu = {}): FakeScenario => {
  const active = reasons.reduce((sum, reason) => sum + bits[reason], 0)
  const hex = active.toString(16).padStart(16, '0')
  return gpuWith({ 'clocks_event_reasons.active': `0x${hex}`, ...fields })
}

/** Long enough for some readings, and for the last of them to be told. */
export const aWhileMs = 900
export const soonMs = 500

/** In the chat of this number it is as the scenario says for a while, and well again before its end. */
export const within =
  (gpu: FakeNvidiaSmi, scenario: FakeScenario, number: number): OnChat =>
  async (chat) => {
    if (chat !== number) return
    gpu.change(scenario)
    await wait(aWhileMs)
    gpu.change(well)
    await wait(soonMs)
  }

/** From the chat `from` on it is as the scenario says, until the one before `to` is over; for ever without a `to`. */
export const between =
  (gpu: FakeNvidiaSmi, scenario: FakeScenario, [from, to]: readonly [from: number, to?: number]): OnChat =>
  async (chat) => {
    if (chat === from) {
      gpu.change(scenario)
      await wait(aWhileMs)
    }
    if (chat === to) {
      gpu.change(well)
      await wait(soonMs)
    }
  }
