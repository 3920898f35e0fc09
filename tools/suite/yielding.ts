/** Loaded before a test file (`node --import`) that computes while others wait for answers: theirs come first. What it starts yields too. */
import { setPriority } from 'node:os';

setPriority(5);
