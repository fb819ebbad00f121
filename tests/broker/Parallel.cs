// Most tests wait: for a broker's start, for a turn of its threads. Fixtures share nothing, each broker has a directory and a port of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
