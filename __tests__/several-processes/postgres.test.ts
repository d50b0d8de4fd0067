import {testSharedLimit} from './support/limit-tests.ts';

testSharedLimit('postgres');
