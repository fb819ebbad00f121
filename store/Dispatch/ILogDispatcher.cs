namespace RocketMQ.Store;

/// <summary>
/// Is handed every record of the commit log in order, once it is visible. Called on the appending thread: it must not block, and it may be handed
/// records again after a restart.
/// </summary>
public interface ILogDispatcher
{
    void OnRecord(in DispatchedRecord record);
}
