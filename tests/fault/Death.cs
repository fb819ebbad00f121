namespace RocketMQ.Fault.Tests;

/// <summary>How a broker ends in a round.</summary>
/// <param name="Plan">Said of a finding.</param>
/// <param name="LoadMs">How long there is load before it, by the world's clock.</param>
/// <param name="Operations">For power that is lost at an operation of the file system: how many of them after the load, or the stop, has begun; else 0.</param>
/// <param name="IsStop">Whether it is told to stop: then it may turn clients away.</param>
/// <param name="IsClean">Whether it stops to the end: then it may forget nothing.</param>
/// <param name="DeathsWhileStarting">How often it dies again before it has come up.</param>
internal sealed record Death(string Plan, int LoadMs, int Operations = 0, bool IsStop = false, bool IsClean = false, int DeathsWhileStarting = 0);
