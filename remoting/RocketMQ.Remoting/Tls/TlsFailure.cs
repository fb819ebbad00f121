namespace RocketMQ.Remoting.Tls;

/// <summary>Why a handshake failed, in words: the runtime says most in the innermost exception.</summary>
internal static class TlsFailure
{
    public static string Describe(Exception e)
    {
        var inner = e.GetBaseException();
        return inner == e || e.Message.Contains(inner.Message, StringComparison.Ordinal) ? e.Message : $"{e.Message.Replace(", see inner exception.", "", StringComparison.Ordinal)} ({inner.Message})";
    }
}
