/* How many descriptors the process has open: a test ends with as many as before. */
#ifndef WEFT_TESTS_SUPPORT_DESCRIPTORS_H
#define WEFT_TESTS_SUPPORT_DESCRIPTORS_H

int weft_test_descriptors(void);

#endif
