@0xb9a4e0d3f1c25a67;

interface Bench {
  add @0 (a :Int64, b :Int64) -> (sum :Int64);
  echo @1 (data :Data) -> (data :Data);
  stream @2 (size :UInt32, to :Taker) -> ();

  interface Taker {
    take @0 (item :Data) -> stream;
  }
}
