using System.Security.Cryptography.X509Certificates;

namespace RocketMQ.Remoting.Tls;

/// <summary>Why a handshake failed, in words: the runtime says most in the innermost exception.</summary>
internal static class TlsFailure
{
    /// <summary>What is wrong with a certificate, by the first of it.</summary>
    public static string Describe(X509Chain? chain) => chain?.ChainStatus is [var first, ..] ? $"{first.Status}, {first.StatusInformation.TrimEnd()}" : "no reason is given";

    public static string Describe(Exception e)
    {
        var inner = e.GetBaseException();
        return inner == e || e.Message.Contains(inner.Message, StringComparison.Ordinal) ? e.Message : $"{e.Message.Replace(", see inner exception.", "", StringComparison.Ordinal)} ({inner.Message})";
    }
}
