/* A program with nothing in it: linked with whole layers, it shows what they lack. */
int main(void);

int main(void)
{
    return 0;
}
